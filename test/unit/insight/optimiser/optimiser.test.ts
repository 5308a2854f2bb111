import { describe, expect, it } from 'vitest';
import { Namespaces } from '../../../../src/cache/namespace.ts';
import { Policies, type PoliciesInput } from '../../../../src/cache/policy/scopes.ts';
import { type Action, ActionLog } from '../../../../src/insight/advice/action-log.ts';
import { MissFacts } from '../../../../src/insight/facts/miss-facts.ts';
import { observing } from '../../../../src/insight/facts/observing.ts';
import { ReadSample } from '../../../../src/insight/miss-ratio/read-sample.ts';
import { Optimiser } from '../../../../src/insight/optimiser/optimiser.ts';
import { Tuning } from '../../../../src/insight/optimiser/tuning.ts';
import { Witness } from '../../../support/witness.ts';
import { workspaceWith } from '../../../support/workspace.ts';

const MINUTE = 60_000;

async function open(
  global: NonNullable<PoliciesInput['global']>,
  { earlier = [], entries = 10_000 }: { earlier?: readonly Action[]; entries?: number } = {},
) {
  const clock = { now: Date.now() + MINUTE };
  const now = () => clock.now;
  const policies = new Policies({ global });
  const tuning = new Tuning();
  const namespaces = new Namespaces((name, agent) => tuning.of(policies.resolve(name, agent), name));
  const misses = new MissFacts(now);
  const observer = observing(new Witness(), misses, new ReadSample(namespaces));
  const memory = { entries, bytes: 64 * 1024 * 1024, eviction: 'lru' as const };
  const { cache } = workspaceWith({}, { namespaces, now, memory, observer });
  const kept: Action[][] = [];
  const log = new ActionLog(
    { takeOver: async () => [earlier], save: async (actions) => void kept.push([...actions]) },
    (error) => {
      throw error;
    },
    now,
  );
  await log.load();
  const refreshed: (readonly string[])[] = [];
  const optimiser = new Optimiser({
    workspace: cache,
    misses,
    log,
    tuning,
    refresh: async (keys) => {
      refreshed.push(keys);
      return keys.length;
    },
    reconfigure: () => namespaces.reconfigure(),
    problem: (error) => {
      throw error;
    },
  });
  optimiser.resume();
  const ask = (key: string) => cache.getOrCompute(key, async () => key);
  const round = async () => {
    optimiser.beat(clock.now);
    await optimiser.settled();
  };
  return { clock, cache, namespaces, policies, log, refreshed, optimiser, ask, round, kept };
}

const on = { optimise: true, hitRate: 0.9 };

/** Every read finds its value expired. */
async function expire({ ask, clock }: Awaited<ReturnType<typeof open>>, reads = 60, namespace = 'tool') {
  for (let read = 0; read < reads; read++) {
    await ask(`${namespace}:list:${read % 5}`);
    if (read % 5 === 4) clock.now += 12 * MINUTE;
  }
}

describe('the optimiser', () => {
  it('lengthens lifetimes by half where values expire, within what suits the namespace, and says why', async () => {
    const opened = await open({ tool: { ...on, ttl: '10 min' } });
    await expire(opened);
    await opened.round();
    expect(opened.namespaces.get('tool').policy.ttlMs).toBe(15 * MINUTE);
    const [action] = opened.log.shown.filter(({ text }) => text.startsWith('Lifetime'));
    expect(action?.text).toBe('Lifetime of tool: 10 min → 15 min');
    expect(action?.why).toMatch(/hit rate of 0 % in 60 reads, and its target is 90\.0 %/);
    for (let round = 0; round < 8; round++) {
      opened.clock.now += 2 * 60 * MINUTE;
      await expire(opened);
      opened.clock.now += 2 * 60 * MINUTE;
      await opened.round();
    }
    expect(opened.namespaces.get('tool').policy.ttlMs).toBeLessThanOrEqual(60 * MINUTE);
  });

  it('does nothing without leave, without a target, above it, or after few reads', async () => {
    const without = await open({
      tool: { ttl: '10 min', hitRate: 0.9 },
      own: { ttl: '10 min', optimise: true },
    });
    await expire(without);
    await expire(without, 60, 'own');
    await without.round();
    expect(without.log.actions).toEqual([]);
    const few = await open({ tool: { ...on, ttl: '10 min' } });
    await expire(few, 20);
    await few.round();
    expect(few.log.actions).toEqual([]);
    const fine = await open({ tool: { ...on, hitRate: 0.5, ttl: '10 min' } });
    for (let read = 0; read < 100; read++) await fine.ask('tool:list:1');
    await fine.round();
    expect(fine.log.actions).toEqual([]);
  });

  it('acts at most every five minutes', async () => {
    const opened = await open({ tool: { ...on, ttl: '10 min' } });
    const began = opened.clock.now;
    await opened.round();
    await expire(opened);
    opened.optimiser.beat(began + 4 * MINUTE);
    await opened.optimiser.settled();
    expect(opened.log.actions).toEqual([]);
    opened.optimiser.beat(began + 5 * MINUTE);
    await opened.optimiser.settled();
    expect(opened.log.actions).not.toEqual([]);
  });

  it('computes ahead the ten keys that were missed most, but for those that a person took back', async () => {
    const opened = await open({ tool: { ...on, ttl: '1 min' } });
    for (let read = 0; read < 240; read++) {
      await opened.ask(`tool:list:${read % 12}`);
      if (read % 12 === 11) opened.clock.now += 2 * MINUTE;
    }
    await opened.cache.deleteMany(Array.from({ length: 12 }, (_, n) => `tool:list:${n}`));
    await opened.round();
    expect(opened.refreshed[0]).toHaveLength(10);
    const warm = opened.log.actions.find(({ did }) => did.kind === 'warm');
    if (!warm) throw new Error('nothing was computed ahead');
    opened.optimiser.release(warm.did);
    opened.clock.now += 6 * MINUTE;
    for (let read = 0; read < 60; read++) await opened.ask(`tool:other:${read}`);
    await opened.round();
    expect(opened.refreshed.slice(1).flat()).not.toContain(warm.did.kind === 'warm' && warm.did.keys[0]);
  });

  it('pins what is hit most where values are driven out, and lets go when it may not act any more', async () => {
    const opened = await open({ own: on }, { entries: 20 });
    for (let round = 0; round < 30; round++) {
      for (let hot = 0; hot < 4; hot++) for (let n = 0; n < 2; n++) await opened.ask(`own:hot:${hot}`);
      for (let cold = 0; cold < 12; cold++) await opened.ask(`own:cold:${(round * 12 + cold) % 40}`);
    }
    await opened.round();
    expect(opened.cache.cache.isPinned('own:hot:0')).toBe(true);
    expect(opened.log.shown.map(({ text }) => text)).toContain('Pinned the 4 keys of own that are hit most');
    opened.policies.update({ global: {} });
    opened.namespaces.reconfigure();
    opened.clock.now += 6 * MINUTE;
    await opened.round();
    expect(opened.cache.cache.isPinned('own:hot:0')).toBe(false);
    expect(opened.log.shown.find(({ text }) => text.startsWith('Pinned'))?.reverted).toBe(true);
  });

  it('goes on after a restart with what was not taken back', async () => {
    const first = await open({ tool: { ...on, ttl: '10 min' } });
    await expire(first);
    await first.round();
    const second = await open({ tool: { ...on, ttl: '10 min' } }, { earlier: first.log.actions });
    expect(second.namespaces.get('tool').policy.ttlMs).toBe(15 * MINUTE);
    const ttl = second.log.actions.find(({ did }) => did.kind === 'ttl');
    if (ttl) second.optimiser.release(ttl.did);
    expect(second.namespaces.get('tool').policy.ttlMs).toBe(10 * MINUTE);
    const third = await open({ tool: { ttl: '10 min' } }, { earlier: first.log.actions });
    expect(third.namespaces.get('tool').policy.ttlMs).toBe(10 * MINUTE); // it may not act any more
  });

  it('looks at each entry of the cache once a round at the most', async () => {
    const opened = await open({ own: on }, { entries: 50 });
    for (let round = 0; round < 10; round++)
      for (let cold = 0; cold < 60; cold++) await opened.ask(`own:cold:${cold}`);
    let looked = 0;
    const { cache } = opened.cache;
    const entries = cache.entries.bind(cache);
    cache.entries = function* () {
      for (const entry of entries()) {
        looked++;
        yield entry;
      }
    } as typeof cache.entries;
    await opened.round();
    await opened.round();
    expect(looked).toBeLessThanOrEqual(50);
  });
});
