// node --disable-warning=ExperimentalWarning test/replay/main.ts --repo PATH|URL [options]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ABLATIONS, type Ablation } from './ablation.ts';
import { type Progress, replay } from './replay.ts';
import { isRight, line, table } from './report.ts';

const USAGE = `Replays the commits of a repository against the cache (docs/freshness.md).

  --repo PATH|URL      a git repository, which is only read
  --from ID, --to ID   the first commit and the last one
  --since D, --until D dates, as git log takes them
  --no-first-parent    the commits of merged branches, too
  --every K            each K-th commit
  --limit N            N commits at the most, the oldest ones
  --analysis LIST      of these names, with commas; all by default
  --ablate LIST        beside the complete cache others that leave out ${ABLATIONS.join(', ')}
  --order ORDER        forward (default) or there-and-back
  --restart K          close and open the caches after each K-th commit
  --seed N             for the order of the questions; 1 by default
  --json FILE          all figures and findings

Exits with 1 on a stale answer of the complete cache, or when any cache recomputes anything else than
the oracle of its recorded dependencies says.`;

const { values } = read();
if (values.help || values.repo === undefined) stop(USAGE, values.help ? 0 : 2);
const ablations = list(values.ablate);
const unknown = ablations.find((name) => !ABLATIONS.includes(name as Ablation));
if (unknown !== undefined) stop(`--ablate takes ${ABLATIONS.join(', ')}, not "${unknown}".`, 2);
if (values.order !== 'forward' && values.order !== 'there-and-back')
  stop(`--order takes forward or there-and-back, not "${values.order}".`, 2);

const folder = mkdtempSync(join(tmpdir(), 'agent-cache-replay-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const { from, to, since, until } = values;
const done = await replay({
  repository: values.repo,
  folder,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  ...(since !== undefined && { since }),
  ...(until !== undefined && { until }),
  firstParent: !values['no-first-parent'],
  every: whole('every', 1),
  limit: values.limit === undefined ? Number.POSITIVE_INFINITY : whole('limit', 1),
  ...(values.analysis !== undefined && { analyses: list(values.analysis) }),
  ablations: ablations as Ablation[],
  order: values.order,
  restartEvery: whole('restart', 0),
  seed: whole('seed', 0),
  progress: everySecond(),
}).catch((error: Error) => stop(error.message, 2));
console.log(table(done));
if (values.json) writeFileSync(values.json, `${JSON.stringify(done, undefined, 2)}\n`);
process.exit(isRight(done) ? 0 : 1);

function read() {
  try {
    return parseArgs({
      options: {
        repo: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        since: { type: 'string' },
        until: { type: 'string' },
        'no-first-parent': { type: 'boolean', default: false },
        every: { type: 'string', default: '1' },
        limit: { type: 'string' },
        analysis: { type: 'string' },
        ablate: { type: 'string' },
        order: { type: 'string', default: 'forward' },
        restart: { type: 'string', default: '0' },
        seed: { type: 'string', default: '1' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    stop(`${(error as Error).message}\n\n${USAGE}`, 2);
  }
}

function list(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',');
}

function whole(name: 'every' | 'limit' | 'restart' | 'seed', least: number): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < least)
    stop(`--${name} takes a whole number from ${least}, not "${values[name]}".`, 2);
  return number;
}

function everySecond(): (step: Progress) => void {
  let told = 0;
  return (step) => {
    if (performance.now() - told < 1000 && step.done < step.of) return;
    told = performance.now();
    console.error(line(step));
  };
}

function stop(text: string, code: number): never {
  console.error(text);
  process.exit(code);
}
