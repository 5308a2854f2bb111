import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { QuestionFile } from '../../src/answers/semantic/questions/kept-questions.ts';
import { temporaryFolder } from '../support/workspace.ts';

const WRITER = fileURLToPath(new URL('../support/question-writer.ts', import.meta.url));

it('keeps all questions of one save or of another, whenever the process is killed', async () => {
  const file = join(temporaryFolder(), 'questions.jsonl');
  for (let kill = 0; kill < 8; kill++) {
    const writer = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WRITER, file]);
    await once(writer.stdout, 'data'); // one save has ended, the next one has begun
    await new Promise((resolve) => setTimeout(resolve, 5 * kill));
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const problems: Error[] = [];
    const kept = await new QuestionFile(file, (error) => problems.push(error)).news();
    expect(problems).toEqual([]);
    expect(kept?.questions).toHaveLength(2000);
    expect(new Set(kept?.questions.map(({ text }) => text.split(' of ')[1])).size).toBe(1);
  }
});
