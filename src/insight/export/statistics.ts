import type { Statistics } from '../statistics.ts';
import { csvLine } from './csv.ts';
import type { Format } from './format.ts';

/** Everything that is counted: as JSON, or flat, a line for each number. */
export function* statisticsText(statistics: Statistics, now: number, format: Format): Generator<string> {
  if (format === 'json') {
    yield `${JSON.stringify({ at: now, ...statistics }, undefined, 2)}\n`;
    return;
  }
  yield csvLine(['section', 'name', 'figure', 'value']);
  const { levels, namespaces, models, latency, levelReads, producers, tags, ...rest } = statistics;
  for (const [name, value] of Object.entries(rest)) yield* figures(name, '', value);
  for (const { level, ...row } of levels) yield* figures('levels', level, row);
  for (const { name, ...row } of namespaces) yield* figures('namespaces', name, row);
  for (const { name, ...row } of models) yield* figures('models', name, row);
  for (const [by, rows] of Object.entries(latency)) {
    for (const { name, ...row } of rows) yield* figures(`latency.${by}`, name, row);
  }
  for (const { name, ...row } of levelReads) yield* figures('levelReads', name, row);
  for (const { name, ...row } of producers) yield* figures('producers', name, row);
  for (const { tag, ...row } of tags) yield* figures('tags', tag, row);
}

/** The numbers of a value, those of an object in it by their path. */
function* figures(section: string, name: string, value: unknown, path = ''): Generator<string> {
  if (typeof value === 'number' || typeof value === 'string') {
    yield csvLine([section, name, path === '' ? 'count' : path, value]);
    return;
  }
  for (const [part, inner] of Object.entries(value ?? {})) {
    yield* figures(section, name, inner, path === '' ? part : `${path}.${part}`);
  }
}
