import * as vscode from 'vscode';
import { count, duration, rate, size } from '../present.ts';
import type { Reports } from '../reports.ts';
import type { Session } from '../session.ts';

/** A report in a Markdown preview. */
export async function showStatistics(session: Session, reports: Reports): Promise<void> {
  const { engine } = session;
  const state = engine.overview();
  const misses = engine.inspection.misses('24h').recent;
  const { unwritten } = engine.workspace.cache;
  const number = (n: number) => n.toLocaleString('en-US');
  const lines = [
    `# Agent Cache: ${session.folder.name}`,
    '',
    `Hit rate **${rate(state.hits, state.misses)}** since this window opened: ${count(state.hits, 'hit')}, ` +
      `${number(state.misses)} misses, ${number(state.joined)} reads answered by a running computation. ` +
      `${duration(state.savedMs)} not spent computing.`,
    '',
    state.computeMs
      ? `Computing took ${duration(state.computeMs.p50)} (median), ${duration(state.computeMs.p99)} (99th percentile).`
      : 'Nothing was computed yet.',
    '',
    '| level | state | hits | entries | size | errors |',
    '|---|---|---:|---:|---:|---:|',
    ...state.levels.map(
      (level) =>
        `| ${level.level} | ${level.problem ?? level.state} | ${number(level.hits)} | ${number(level.entries)} | ${size(level.bytes)} | ${number(level.errors)} |`,
    ),
    '',
    ...(unwritten.entries === 0
      ? []
      : [
          `${count(unwritten.entries, 'value')} (${size(unwritten.bytes)}) of namespaces that write back wait for the levels below memory; a killed window loses them.`,
          '',
        ]),
    '| namespace | hit rate | target | hits in memory | hits in file | hits in shared | misses |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...[...engine.namespaces].map(({ name, policy, memoryHits, fileHits, sharedHits, misses }) => {
      const target = policy.targets?.hitRate;
      const hits = memoryHits + fileHits + sharedHits;
      const counts = [memoryHits, fileHits, sharedHits, misses].map(number).join(' | ');
      return `| ${name} | ${rate(hits, misses)} | ${target === undefined ? '' : `${100 * target} %`} | ${counts} |`;
    }),
    '',
    '## Latest misses',
    '',
    ...(misses.length === 0 ? ['None.'] : []),
    ...misses
      .slice(0, 20)
      .map((miss) => `- \`${miss.key}\`: ${miss.reason}${miss.detail ? ` (${miss.detail})` : ''}`),
    '',
  ];
  const report = reports.write('Agent Cache Statistics.md', lines.join('\n'));
  await vscode.commands.executeCommand('markdown.showPreview', report);
}
