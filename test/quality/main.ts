// npm run quality -- --repo PATH [--commit C] [--show N]
// Compares outlines and imports with the TypeScript compiler's and Python's own answers on a repository.
// npm run quality -- semantic [--show N]
// Counts what semantic matching serves of labelled pairs of questions.
import { parseArgs } from 'node:util';

if (process.argv[2] === 'semantic') {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { show: { type: 'string', default: '0' } },
  });
  const { reportSemantic } = await import('./semantic/report.ts');
  await reportSemantic(Number(values.show));
} else {
  await import('./analyses.ts');
}
