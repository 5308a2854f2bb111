import { join } from 'node:path';
import { languageOf } from '../analysis/languages.ts';
import type { AnalysisRunner } from '../analysis/runner.ts';
import type { Namespaces } from '../cache/namespace.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { Keeping } from '../insight/keeping/keeping.ts';
import { KeptFiles } from '../insight/keeping/kept-files.ts';
import type { Recorder } from '../insight/recorder.ts';
import type { WarmReport } from '../warming/job.ts';
import { DEFAULT_WARM } from '../warming/settings.ts';
import { type KeptUsage, keptUsageSchema } from '../warming/usage.ts';
import { type Cause, Warming, type WarmingOptions } from '../warming/warming.ts';
import type { EngineOptions } from './options.ts';

interface Parts {
  readonly options: EngineOptions;
  readonly workspace: WorkspaceCache;
  readonly runner: AnalysisRunner;
  readonly analyses: readonly string[];
  readonly namespaces: Namespaces;
  readonly recorder: Recorder<Stamp>;
  /** Where the use of keys is kept between sessions; absent, it ends with this one. */
  readonly keeping?: Keeping<KeptUsage>;
  readonly beatMs: number;
  readonly progress: () => void;
}

/** Several times what 5,000 keys can take, bytes. */
const MOST_USAGE = 16 * 1024 * 1024;

/** Where the use of keys is kept between sessions. */
export function keptUsage(storage: string, recorder: Recorder<Stamp>): KeptFiles<KeptUsage> {
  return new KeptFiles({
    folder: join(storage, 'insight'),
    name: 'usage',
    schema: keptUsageSchema,
    mostBytes: MOST_USAGE,
    problem: (error) => recorder.problem('warming', error),
  });
}

/** Wires warming to the engine that it warms. */
export function openWarming({
  options,
  workspace,
  runner,
  analyses,
  namespaces,
  recorder,
  keeping,
  beatMs,
  progress,
}: Parts): Warming {
  const { root, filter, warm: settings = () => DEFAULT_WARM } = options;
  return new Warming({
    runner,
    root,
    analyses,
    filter: () => ({ ...filter(), wanted: (name) => languageOf(name) !== undefined }),
    settings,
    ...(keeping && { keeping }),
    // A key can hold what its namespace must not write down.
    remembered: (namespace) => {
      const { enabled, sensitivity, levels } = namespaces.policy(namespace);
      return enabled && sensitivity === 'none' && levels.includes('file');
    },
    enabled: () => workspace.cache.enabled,
    kept: (key) => namespaces.policy(narrowest(key)).enabled,
    entries: endingEntries(workspace),
    beatMs,
    progress,
    warmed: (report, cause) => recorder.note('warm', noteOf(report, cause), report.computed),
    problem: (error) => recorder.problem('warming', error),
  });
}

const AGENT = 'agent:';

/** Entries whose lifetime goes on to its end though they are asked for, and how they are made again. */
function endingEntries({ cache }: WorkspaceCache): WarmingOptions['entries'] {
  return {
    lifetime(key) {
      const entry = cache.entry(key);
      if (!entry?.mortal || (entry.namespace.policy.sliding && !entry.fixed)) return undefined;
      const { createdAt, expiresAt, costMs } = entry;
      return { createdAt, expiresAt, costMs };
    },
    computing: (key) => cache.isComputing(key),
    asItIs(key) {
      const entry = cache.entry(key);
      if (!entry) return {};
      // By its agent's policy, if it was stored under one, and to be invalidated by the same tags.
      const { tags } = entry.stamp.marks;
      const agent = tags.find((tag) => tag.startsWith(AGENT))?.slice(AGENT.length);
      const ttlMs = entry.expiresAt - entry.createdAt;
      return { tags, ...(agent !== undefined && { agent }), ...(entry.fixed && { ttlMs }) };
    },
  };
}

/** `analysis:outline` of `analysis:outline:1:…`: what policies can name. */
function narrowest(key: string): string {
  return key.split(':', 2).join(':');
}

const WHY: Readonly<Record<Cause, string>> = {
  startup: ' at startup',
  schedule: ' on schedule',
  idle: ' when idle',
};
const whole = new Intl.NumberFormat('en-US');

/** A line for what happened lately. */
export function noteOf({ cancelled, computed, hits }: WarmReport, cause?: Cause): string {
  const counts = `${whole.format(computed)} computed, ${whole.format(hits)} already fresh`;
  return `${cancelled ? 'Warming cancelled' : 'Warmed'}${cause ? WHY[cause] : ''}: ${counts}`;
}
