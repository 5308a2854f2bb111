import { Hono } from 'hono';
import * as z from 'zod';
import { AnalysisError } from '../analysis/analysis.ts';
import { SOURCE_GLOB } from '../analysis/languages.ts';
import type { Engine } from '../engine/engine.ts';
import { endpoint } from './endpoint.ts';

const MOST_FILES = 20_000;
/** Files in work at a time, as in the warming of everything. */
const AT_ONCE = 4;
const MOST_REASONS = 5;
/** What is asked of a file when nothing is named. */
const PER_FILE = ['outline', 'imports'];

const body = z.strictObject({
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
});

const answer = z.strictObject({
  files: z.number(),
  hits: z.number().describe('Already cached and unchanged.'),
  computed: z.number(),
  refused: z.number(),
  reasons: z.array(z.string()),
  ms: z.number(),
  cancelled: z.boolean(),
});

/** Computes ahead of the next question: everything, or one analysis or some files of it. */
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
    endpoint(description, ({ body: { analysis, glob }, request: { signal } }) => {
      if (analysis === undefined && glob === undefined) return engine.warm();
      return warmSome(engine, analysis === undefined ? PER_FILE : [analysis], glob ?? SOURCE_GLOB, signal);
    }),
  );
  return app;
}

async function warmSome(engine: Engine, names: readonly string[], glob: string, signal: AbortSignal) {
  const { runner, workspace } = engine;
  const began = performance.now();
  const unknown = names.find((name) => !runner.names.includes(name));
  if (unknown !== undefined)
    throw new AnalysisError(`There is no analysis "${unknown}". There are: ${runner.names.join(', ')}.`);
  const { paths } = await workspace.inputs.globs.find({ include: [glob], exclude: [] });
  const files = paths.slice(0, MOST_FILES);
  const counts = { files: 0, hits: 0, computed: 0, refused: 0 };
  const reasons: string[] = [];
  let next = 0;
  const work = async () => {
    for (let path = files[next++]; path !== undefined && !signal.aborted; path = files[next++]) {
      counts.files++;
      for (const name of names) {
        try {
          const { hit } = await runner.run(name, { path }, { signal, ahead: true });
          if (hit) counts.hits++;
          else counts.computed++;
        } catch (error) {
          if (!(error instanceof AnalysisError)) throw error;
          counts.refused++;
          if (reasons.length < MOST_REASONS) reasons.push(error.message);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { ...counts, reasons, ms: performance.now() - began, cancelled: signal.aborted };
}
