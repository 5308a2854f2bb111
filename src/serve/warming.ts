import { Hono } from 'hono';
import * as z from 'zod';
import { AnalysisError } from '../analysis/analysis.ts';
import { SOURCE_GLOB } from '../analysis/languages.ts';
import type { Engine } from '../engine/engine.ts';
import type { WarmReport } from '../warming/job.ts';
import { STRATEGIES } from '../warming/settings.ts';
import { endpoint } from './endpoint.ts';

const MOST_FILES = 20_000;
const MOST_KEYS = 10_000;
/** What is asked of a file when nothing is named. */
const PER_FILE = ['outline', 'imports'];
const [, ...OF_USE] = STRATEGIES;

const body = z
  .strictObject({
    analysis: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('One analysis of single files; outline and imports when absent.'),
    glob: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Only the files that match; all source files when absent.'),
    keys: z
      .array(z.string().min(1).max(4096))
      .min(1)
      .max(MOST_KEYS)
      .optional()
      .describe('Keys of analyses instead of files, as the entries of the cache list them.'),
    strategy: z
      .enum(OF_USE)
      .optional()
      .describe('What has been asked before instead of files, the best of it by this.'),
    count: z.int().min(1).max(MOST_KEYS).optional().describe('With "strategy": keys at the most.'),
    agent: z.string().min(1).max(200).optional().describe('With "strategy": only what this agent has asked.'),
  })
  .check(({ value, issues }) => {
    const { analysis, glob, keys, strategy, count, agent } = value;
    const kinds = [analysis ?? glob, keys, strategy].filter((kind) => kind !== undefined).length;
    const wrong =
      kinds > 1
        ? 'Files ("analysis", "glob"), "keys" and "strategy" do not go together: choose one.'
        : strategy === undefined && (count ?? agent) !== undefined
          ? '"count" and "agent" belong to "strategy": name one.'
          : undefined;
    if (wrong !== undefined) issues.push({ code: 'custom', message: wrong, input: value });
  });

const answer = z.strictObject({
  files: z.number(),
  keys: z.number(),
  hits: z.number().describe('Already cached and unchanged.'),
  computed: z.number(),
  refused: z.number(),
  reasons: z.array(z.string()),
  unknown: z.array(z.string()).describe('Keys of which nobody knows how they are computed, the first 1,000.'),
  ms: z.number(),
  cancelled: z.boolean(),
});

/** Computes ahead of the next question: everything, some files, some keys, or what has been asked before. */
export function warming(engine: Engine): Hono {
  const app = new Hono();
  const description = {
    summary: 'Computes what will be asked for',
    body,
    answer,
    problems: [422] as const,
  };
  app.post(
    '/warm',
    endpoint(description, ({ body: wanted, request: { signal } }) => warm(engine, wanted, signal)),
  );
  return app;
}

function warm(engine: Engine, wanted: z.infer<typeof body>, signal: AbortSignal): Promise<WarmReport> {
  const { analysis, glob, keys, strategy, count, agent } = wanted;
  if (keys) return engine.warming.keys(keys, undefined, signal);
  if (strategy) {
    const choice = { strategy, ...(count !== undefined && { count }), ...(agent !== undefined && { agent }) };
    return engine.warming.used(choice, signal);
  }
  if (analysis === undefined && glob === undefined) return engine.warm();
  return warmFiles(engine, analysis === undefined ? PER_FILE : [analysis], glob ?? SOURCE_GLOB, signal);
}

async function warmFiles(
  { runner, workspace, warming }: Engine,
  names: readonly string[],
  glob: string,
  signal: AbortSignal,
): Promise<WarmReport> {
  const unknown = names.find((name) => !runner.names.includes(name));
  if (unknown !== undefined)
    throw new AnalysisError(`There is no analysis "${unknown}". There are: ${runner.names.join(', ')}.`);
  const { paths } = await workspace.inputs.globs.find({ include: [glob], exclude: [] });
  return warming.files(names, async () => paths.slice(0, MOST_FILES), signal);
}
