import { expect, it } from 'vitest';
import { analysedWorkspace } from '../tools/analysed-workspace.ts';
import { openCountingParser } from './built-parser.ts';

it('knows which analyses need no more than a file', async () => {
  const { runner } = analysedWorkspace({ 'src/a.ts': 'export const a = 1;\n' }, await openCountingParser());
  const names = runner.namesFor('src/a.ts');
  expect([...names].sort()).toEqual(['dependents', 'impact', 'imports', 'outline', 'tokens']);
  for (const name of names) await runner.run(name, { path: 'src/a.ts' });
});
