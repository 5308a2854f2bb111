import * as vscode from 'vscode';
import type { Statistics } from '../../insight/statistics.ts';
import { count, duration, rate, size } from '../present.ts';
import type { Reports } from '../reports.ts';
import type { Session } from '../session.ts';

/** A report in a Markdown preview. */
export async function showStatistics(session: Session, reports: Reports): Promise<void> {
  const { engine } = session;
  const state = engine.insight.statistics();
  const { unwritten } = state;
  const misses = engine.inspection.misses('24h').recent;
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
    ...state.namespaces.map(({ name, hits: { memory, file, shared }, misses, target }) => {
      const counts = [memory, file, shared, misses].map(number).join(' | ');
      const aim = target === undefined ? '' : `${100 * target} %`;
      return `| ${name} | ${rate(memory + file + shared, misses)} | ${aim} | ${counts} |`;
    }),
    '',
    ...times('Answers by where they came from', 'from', state.latency.levels),
    ...times('Answers by what was asked for', 'asked for', state.latency.tools),
    ...times('Answers by agent', 'agent', state.latency.agents),
    ...times('Computing', 'what', state.producers),
    ...largest(state.tags),
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

/** A table of what took how long; nothing when nothing did. */
function times(title: string, what: string, rows: Statistics['producers']): string[] {
  if (rows.length === 0) return [];
  return [
    `## ${title}`,
    '',
    `| ${what} | times | together | median | 99th percentile | longest |`,
    '|---|---:|---:|---:|---:|---:|',
    ...rows.map(({ name, count: n, totalMs, p50, p99, max }) => {
      const figures = [totalMs, p50, p99, max].map(duration).join(' | ');
      return `| ${cell(name)} | ${n.toLocaleString('en-US')} | ${figures} |`;
    }),
    '',
  ];
}

function largest(tags: Statistics['tags']): string[] {
  if (tags.length === 0) return [];
  const rows = tags.map(({ tag, entries, bytes }) => {
    return `| ${cell(tag)} | ${entries.toLocaleString('en-US')} | ${size(bytes)} |`;
  });
  return ['## Largest tags', '', '| tag | entries | size |', '|---|---:|---:|', ...rows, ''];
}

/** A text that others chose, as it is. */
function cell(text: string): string {
  return text.replace(/[\\`*_[\]<>|&]/g, '\\$&').replace(/\s+/g, ' ');
}
