// npm run bench [-- --only PATTERN] [--rounds N] [--json FILE] [--readme]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { agents } from './agents.ts';
import { analyses } from './analyses.ts';
import { coldKey } from './cold-key.ts';
import { versions } from './contest.ts';
import { engineHit } from './engine-hit.ts';
import { entryMemory } from './entry-memory.ts';
import { eviction } from './eviction.ts';
import { fileLevel } from './file-level.ts';
import { memoryHit } from './memory-hit.ts';
import { memorySet } from './memory-set.ts';
import { proxy } from './proxy.ts';
import { published } from './published.ts';
import { readme } from './readme.ts';
import { type Circumstances, type Figure, printTable, said, writeJson } from './report.ts';
import { restartCheck } from './restart-check.ts';
import { save } from './save.ts';
import { sharedLevel } from './shared-level.ts';
import { similarity } from './similarity.ts';
import { tagInvalidation } from './tag-invalidation.ts';
import { verifiedHit } from './verified-hit.ts';

/** Groups of rows, in the order in which they are measured and shown. */
const GROUPS: Readonly<Record<string, (rounds: number) => Promise<Figure[]>>> = {
  'memory hit': memoryHit,
  'engine hit': engineHit,
  'memory set': memorySet,
  'tag invalidation': tagInvalidation,
  'entry memory': entryMemory,
  'cold key': coldKey,
  'verified hit': verifiedHit,
  save,
  'restart check': restartCheck,
  analyses,
  agents,
  proxy,
  eviction,
  'file level': fileLevel,
  'shared level': sharedLevel,
  similarity,
  published,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'string' },
    readme: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  stop(`--rounds takes a whole number from 1, not "${values.rounds}".`);
if (values.readme && values.only) stop('--readme shows all rows: leave --only away.');
const only = values.only?.toLowerCase() ?? '';
const chosen = Object.entries(GROUPS).filter(([name]) => name.includes(only));
if (chosen.length === 0) stop(`--only "${only}" is in none of: ${Object.keys(GROUPS).join(', ')}.`);

const rewrite = values.readme ? rewriting('README.md') : undefined;

const circumstances: Circumstances = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'an unknown CPU',
  cores: cpus().length,
  rounds,
  libraries: versions(),
};
console.log(`${said(circumstances)}\n`);
const figures: Figure[] = [];
for (const [name, measure] of chosen) {
  console.error(`measuring: ${name}`);
  figures.push(...(await measure(rounds)));
}
printTable(figures);
if (values.json) writeJson(values.json, circumstances, figures);
rewrite?.(circumstances, figures);
if (figures.some(({ ok }) => ok === false)) process.exitCode = 1;

/** Before anything is measured: what cannot be written is told now. */
function rewriting(file: string) {
  try {
    return readme(file);
  } catch (error) {
    stop((error as Error).message);
  }
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
