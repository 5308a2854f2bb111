import { AnalysisError } from '../analysis/analysis.ts';
import type { AnalysisRunner, ReadyOptions } from '../analysis/runner.ts';
import type { Asked, WarmJob } from './job.ts';

/** Files with what is asked of each: the names of analyses of single files. */
export function filesJob(
  name: string,
  runner: AnalysisRunner,
  analyses: readonly string[],
  list: WarmJob['list'],
): WarmJob {
  const ask =
    (analysis: string, path: string) =>
    async (signal: AbortSignal): Promise<Asked> => {
      try {
        const { hit } = await runner.run(analysis, { path }, { signal, ahead: true });
        return hit ? 'hit' : 'computed';
      } catch (error) {
        if (error instanceof AnalysisError) return { refused: error.message };
        throw new Error(`${analysis}: ${(error as Error).message}`, { cause: error });
      }
    };
  return { name, of: 'files', list, asks: (path) => analyses.map((analysis) => ask(analysis, path)) };
}

/** Has one key ready; undefined when it does not know how. */
export type KeyLoader = (key: string, signal: AbortSignal) => Promise<Asked>;

export function keysJob(name: string, keys: WarmJob['list'], load: KeyLoader): WarmJob {
  return { name, of: 'keys', list: keys, asks: (key) => [(signal) => load(key, signal)] };
}

/** Keys of analyses, which speak for themselves. */
export function ofAnalyses(
  runner: AnalysisRunner,
  how: (key: string) => Omit<ReadyOptions, 'signal'> = () => ({}),
): KeyLoader {
  return async (key, signal) => {
    const ready = await runner.ready(key, { ...how(key), signal });
    if (!ready) return 'unknown';
    if ('refused' in ready) return ready;
    return ready.hit ? 'hit' : 'computed';
  };
}
