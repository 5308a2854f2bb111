import { median } from '../bench/measure.ts';

export interface Call {
  readonly tool: string;
  readonly hit: boolean | undefined;
  readonly ms: number;
  /** The same question to a server that caches nothing. */
  readonly freshMs: number;
  /** Of the answer. */
  readonly tokens: number;
  /** Of the file that it is about, for questions about one. */
  readonly fileTokens: number | undefined;
  /** What was wrong with the answer. */
  readonly stale: string | undefined;
}

/** Prints the figures; returns the exit code: 1 when an answer was not the fresh one. */
export function report(calls: readonly Call[], edits: number): number {
  console.log('| tool | calls | hits | ms | ms without a cache | tokens |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const [tool, some] of Map.groupBy(calls, (call) => call.tool)) console.log(line(tool, some));
  console.log(line('all', calls));
  const about = calls.filter(({ fileTokens }) => fileTokens !== undefined);
  const whole = sum(about, (call) => call.fileTokens ?? 0);
  const given = sum(about, (call) => call.tokens);
  console.log(
    `\n${calls.length} calls, ${edits} edits; ${(sum(calls, (call) => call.freshMs) / 1000).toFixed(1)} s without a cache, ${(sum(calls, (call) => call.ms) / 1000).toFixed(1)} s with it.`,
  );
  console.log(`Questions about one file: ${given} tokens of answers; the files have ${whole}.`);
  const stale = calls.filter((call) => call.stale !== undefined);
  console.log(`Stale: ${stale.length}.`);
  for (const call of stale.slice(0, 10)) console.log(call.stale);
  return stale.length > 0 ? 1 : 0;
}

function line(tool: string, calls: readonly Call[]): string {
  const judged = calls.filter(({ hit }) => hit !== undefined);
  const hits = judged.filter(({ hit }) => hit).length;
  const rate = judged.length > 0 ? `${Math.round((100 * hits) / judged.length)} %` : '–';
  const ms = median(calls.map((call) => call.ms)).toFixed(1);
  const freshMs = median(calls.map((call) => call.freshMs)).toFixed(1);
  return `| ${tool} | ${calls.length} | ${rate} | ${ms} | ${freshMs} | ${sum(calls, (call) => call.tokens)} |`;
}

function sum(calls: readonly Call[], of: (call: Call) => number): number {
  return calls.reduce((total, call) => total + of(call), 0);
}
