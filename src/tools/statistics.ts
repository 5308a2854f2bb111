import * as z from 'zod';
import type { Tool } from './tool.ts';

const MOST_SLOWEST = 5;

const input = z.strictObject({});

const output = z.strictObject({
  hits: z.number().describe('Since the cache was opened.'),
  misses: z.number(),
  hitRate: z.number().optional().describe('0 to 1; absent before the first read.'),
  savedMs: z.number().describe('Time that hits did not spend computing, measured.'),
  entries: z.number(),
  levels: z.array(
    z.strictObject({
      level: z.string(),
      state: z.string(),
      hits: z.number(),
      entries: z.number(),
      bytes: z.number(),
      problem: z.string().optional(),
    }),
  ),
  namespaces: z.array(z.strictObject({ name: z.string(), hits: z.number(), misses: z.number() })),
  missReasons: z.record(z.string(), z.number()).describe('Misses by why they were misses.'),
  slowest: z
    .array(z.strictObject({ name: z.string(), count: z.number(), totalMs: z.number() }))
    .describe('What took most time to compute, the first five.'),
});

export const statisticsTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'statistics',
  title: 'Cache Statistics',
  summary: 'Hit rate, levels and what was saved',
  description:
    'Returns how the cache does: hits, misses, time saved, entries and bytes by level, hits by namespace, why reads missed, what took most time to compute, and what is wrong with a level if something is.',
  effect: 'reads',
  input,
  output,
  async run(_input, { engine }) {
    const { hits, misses, savedMs, levels, missReasons, producers } = engine.insight.statistics();
    return {
      hits,
      misses,
      ...(hits + misses > 0 && { hitRate: Math.round((1000 * hits) / (hits + misses)) / 1000 }),
      savedMs: Math.round(savedMs),
      entries: engine.workspace.cache.size,
      levels: levels.map(({ level, state, hits: served, entries, bytes, problem }) => {
        return {
          level,
          state,
          hits: served,
          entries,
          bytes,
          ...(problem !== undefined && { problem: engine.plain(problem) }),
        };
      }),
      namespaces: [...engine.namespaces].map(({ name, memoryHits, fileHits, sharedHits, misses: missed }) => {
        return { name, hits: memoryHits + fileHits + sharedHits, misses: missed };
      }),
      missReasons: { ...missReasons },
      slowest: producers.slice(0, MOST_SLOWEST).map(({ name, count, totalMs }) => {
        return { name, count, totalMs: Math.round(totalMs) };
      }),
    };
  },
};
