import type {
  AgentCacheContext,
  AgentCacheNamespace,
  AgentCacheOptions,
  AgentCacheOutcome,
  AgentCacheParts,
  AgentCacheWarmed,
} from '../api.ts';
import type { Outcome, RequestOptions } from '../cache/asking.ts';
import { makeKey } from '../cache/key.ts';
import type { Insight } from '../engine/insight.ts';
import type { ComputeContext } from '../freshness/context.ts';
import type { AskOptions } from '../freshness/workspace-options.ts';
import { keyOf, partsSchema } from '../tools/keys.ts';
import type { WarmReport } from '../warming/job.ts';
import type { KeyLoader } from '../warming/jobs.ts';
import type { Warming } from '../warming/warming.ts';

/** What is kept there is what the product itself has computed. */
const OWN = 'analysis';
/** Keys in one call. */
const MOST_WARMED = 10_000;

/** One namespace for another extension. Throws for a name that is none, or is the product's own. */
export function openNamespace(
  insight: Insight,
  warming: Pick<Warming, 'keys'>,
  name: string,
): AgentCacheNamespace {
  makeKey(name, 'any'); // which throws for what is no name
  if (name === OWN) {
    throw new Error(
      `The namespace "${OWN}" is for the analyses of Agent Cache Explorer itself: ask for them by analyse(), and choose another name.`,
    );
  }
  const { workspace: cache } = insight;
  const key = (parts: AgentCacheParts) => keyOf(name, checked(parts));
  return Object.freeze({
    name,
    async getOrCompute(parts, compute, { signal, ...options } = {}) {
      const outcome = await insight.getOrCompute(key(parts), (context) => compute(narrowed(context)), {
        ...requestOf(options),
        ...(signal && { signal }),
      });
      return outcomeOf(outcome);
    },
    async get<T>(parts: AgentCacheParts) {
      const read = await insight.read<T>(key(parts));
      return 'miss' in read ? undefined : read.value;
    },
    set: async (parts, value, options = {}) => cache.set(key(parts), value, requestOf(options)),
    delete: async (parts) => cache.delete(key(parts)),
    async warm(list, load, { signal: given, ...options } = {}) {
      if (list.length > MOST_WARMED)
        throw new Error(`${MOST_WARMED} keys can be warmed at once, these are ${list.length}.`);
      const byKey = new Map(list.map((parts) => [key(parts), parts]));
      const one: KeyLoader = async (key, signal) => {
        const parts = byKey.get(key) ?? [];
        const compute = (context: ComputeContext) => load(parts, narrowed(context));
        const { from } = await cache.getOrCompute(key, compute, {
          ...requestOf(options),
          signal,
          ahead: true,
        });
        return from === 'computed' || from === 'running' ? 'computed' : 'hit';
      };
      return warmedOf(await warming.keys([...byKey.keys()], one, given));
    },
  } satisfies AgentCacheNamespace);
}

function checked(parts: AgentCacheParts) {
  const parsed = partsSchema.safeParse(parts);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues[0]?.message ?? 'These parts make no key.');
}

function requestOf({ ttlMs, tags, memoryOnly }: AgentCacheOptions): RequestOptions & AskOptions {
  return {
    ...(ttlMs !== undefined && { ttlMs }),
    ...(tags && { tags }),
    ...(memoryOnly === true && { levels: ['memory'] as const }),
  };
}

/** What of the context is promised to others. */
function narrowed(context: ComputeContext): AgentCacheContext {
  return {
    async readFile(path) {
      const file = await context.readFile(path);
      return file && { bytes: file.bytes, text: () => file.text() };
    },
    exists: async (path) => context.kind(path) !== undefined,
    list: (folder) => context.list(folder),
    glob: (patterns) => context.glob(patterns),
    env: (name) => context.env(name),
    setting: (id) => context.setting(id),
    topic: (name) => context.topic(name),
    tag: (name) => context.tag(name),
    signal: context.signal,
  };
}

function warmedOf({ keys, hits, computed, refused, reasons, cancelled }: WarmReport): AgentCacheWarmed {
  return { keys, hits, computed, failed: refused, reasons, cancelled };
}

function outcomeOf<T>({ value, from, miss }: Outcome<T>): AgentCacheOutcome<T> {
  if (from !== 'computed' && from !== 'running') return { value, hit: true, level: from };
  return {
    value,
    hit: false,
    ...(miss && { reason: miss.reason, ...(miss.detail !== undefined && { detail: miss.detail }) }),
  };
}
