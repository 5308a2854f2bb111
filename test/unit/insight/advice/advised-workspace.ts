import type { MemoryLimits } from '../../../../src/cache/memory-level.ts';
import { Namespaces } from '../../../../src/cache/namespace.ts';
import { Policies, type PoliciesInput } from '../../../../src/cache/policy/scopes.ts';
import { Adviser } from '../../../../src/insight/advice/adviser.ts';
import { MissFacts } from '../../../../src/insight/facts/miss-facts.ts';
import { observing } from '../../../../src/insight/facts/observing.ts';
import { ReadSample } from '../../../../src/insight/miss-ratio/read-sample.ts';
import type { LevelSummary } from '../../../../src/protocol.ts';
import { Witness } from '../../../support/witness.ts';
import { workspaceWith } from '../../../support/workspace.ts';

const MEGABYTE = 1024 * 1024;

/** A cache that is advised, on a clock that the test moves. */
export function advisedWorkspace(
  global: PoliciesInput['global'] = {},
  {
    files = {},
    memory = {},
    levels = [],
  }: {
    readonly files?: Record<string, string>;
    readonly memory?: Partial<MemoryLimits>;
    readonly levels?: readonly LevelSummary[];
  } = {},
) {
  const clock = { now: Date.now() + 60_000 };
  const now = () => clock.now;
  const policies = new Policies({ global });
  const namespaces = new Namespaces((name, agent) => policies.resolve(name, agent));
  const misses = new MissFacts(now);
  const sample = new ReadSample(namespaces);
  const opened = workspaceWith(files, {
    namespaces,
    now,
    memory: { entries: 50_000, bytes: 128 * MEGABYTE, ...memory },
    observer: observing(new Witness(), misses, sample),
  });
  const { cache } = opened;
  const adviser = new Adviser({
    workspace: cache,
    misses,
    sample,
    levels: () => levels,
    mostBytes: () => 1024 * MEGABYTE,
    now,
  });
  /** Asks for a key, whose value is computed by `value`. */
  const ask = async (key: string, value: () => unknown = () => key) => {
    await cache.getOrCompute(key, async () => value());
    if (++asked % 500 === 0) sample.beat(); // as the timer would
  };
  let asked = 0;
  const advice = async () => {
    sample.beat();
    adviser.forget();
    return adviser.advice();
  };
  const ids = async () => (await advice()).map(({ id }) => id);
  return { ...opened, clock, policies, namespaces, misses, sample, adviser, ask, advice, ids };
}
