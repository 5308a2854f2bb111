import type { Commit } from './history.ts';
import type { Progress, Replay } from './replay.ts';
import type { Finding, Tally } from './tally.ts';

/** Findings of a kind that are printed; the JSON file has more. */
const MOST_PRINTED = 10;

export function line({ done, of, commit, tallies }: Progress): string {
  const states = tallies.map(
    ({ name, recomputed, stale, differences }) =>
      `${name}: ${recomputed} recomputed, ${stale} stale, ${differences} unlike the oracle`,
  );
  return `${done}/${of} ${shown(commit)}  ${states.join('; ')}`;
}

/** Whether the complete cache was never stale and every cache did what its oracle says. */
export function isRight({ tallies }: Replay): boolean {
  return tallies.every(
    ({ ablation, stale, differences, recomputed, oracle, problems }) =>
      (ablation !== undefined || stale === 0) &&
      differences === 0 &&
      recomputed === oracle &&
      problems.length === 0,
  );
}

export function table(replay: Replay): string {
  const { steps, first, last, files, allFiles, freshMs, parsesMs, tallies } = replay;
  const rows = [
    ['cache', 'answers', 'memory', 'file', 'recomputed', 'oracle', 'refused', 'stale', 'time'],
    ...tallies.map((tally) => [tally.name, ...cells(tally)]),
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  '));
  return [
    `${steps} commits checked out, ${shown(first)} to ${shown(last)}; ${files} files at the end, ${allFiles} over all`,
    ...lines,
    `fresh: ${seconds(freshMs + parsesMs)}, of which ${seconds(parsesMs)} were parses that the replay did not repeat`,
    ...tallies.flatMap(({ name, firstStale, firstDifferences, problems }) => [
      ...told(`${name}, stale`, firstStale),
      ...told(`${name}, unlike the oracle`, firstDifferences),
      ...problems.slice(0, MOST_PRINTED).map((problem) => `${name}, problem: ${problem}`),
    ]),
  ].join('\n');
}

function cells(tally: Tally): string[] {
  const { answers, memoryHits, fileHits, recomputed, oracle, refused, stale, ablation, ms } = tally;
  const counts = [answers, memoryHits, fileHits, recomputed, oracle, refused, stale];
  // An ablated cache uses the remembered parses: its time says nothing.
  return [...counts.map((count) => whole.format(count)), ablation ? '' : seconds(ms)];
}

function told(what: string, findings: readonly Finding[]): string[] {
  return findings
    .slice(0, MOST_PRINTED)
    .map(({ commit, subject, key, why }) => `${what}: ${key} at ${commit} (${subject}): ${why}`);
}

function shown({ id, date }: Commit): string {
  return `${date.slice(0, 10)} ${id.slice(0, 10)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const whole = new Intl.NumberFormat('en-US');
