// Saves questions over and over until it is killed: node question-writer.ts FILE
import { QuestionFile } from '../../src/answers/semantic/questions/kept-questions.ts';

const file = new QuestionFile(process.argv[2] ?? '', (error) => {
  throw error;
});
for (let round = 1; ; round++) {
  const questions = Array.from({ length: 2000 }, (_, i) => ({
    ...{
      key: `response:${i}`,
      namespace: 'response',
      agent: 'tester',
      bucket: 'b',
      text: `Explain line ${i} of round ${round}`,
    },
    ...{ vector: Buffer.alloc(384, round).toString('base64'), scale: 1 },
  }));
  await file.save({ identity: 'm', dimensions: 384 }, questions);
  process.stdout.write('.');
}
