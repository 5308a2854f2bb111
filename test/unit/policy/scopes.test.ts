import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVELS, type Policy } from '../../../src/cache/policy/policy.ts';
import { DEFAULTS, PRESETS } from '../../../src/cache/policy/presets.ts';
import { Policies, type PoliciesInput } from '../../../src/cache/policy/scopes.ts';

const MB = 1024 * 1024;

describe('the policy of a namespace', () => {
  it('is its preset, over it what holds for all namespaces, over that its own settings', () => {
    const policies = new Policies({
      global: { '*': { ttl: '2h', levels: ['file', 'memory'] }, prompt: { ttl: '1h', size: '20 MB' } },
    });
    expect(policies.report.problems).toEqual([]);
    expect(policies.resolve('prompt')).toMatchObject({
      ttlMs: 3_600_000,
      levels: ['memory', 'file'],
      memory: { bytes: 20 * MB, entries: 20 * 1024, eviction: 'lru' },
      targets: { hitRate: 0.95, latencyMs: 1 },
    });
    expect(policies.resolve('module')).toMatchObject({ ttlMs: 7_200_000, levels: ['memory', 'file'] });
    expect(policies.resolve('mine')).toMatchObject({ ttlMs: 7_200_000, levels: ['memory', 'file'] });
  });

  it('of one agent is that, over it what the agent has for all namespaces and for this one', () => {
    const policies = new Policies({
      global: { tool: { ttl: '10 min' } },
      agents: {
        reviewer: { '*': { ttl: '1 min', levels: ['memory'] }, tool: { ttl: '5 min', enabled: false } },
      },
    });
    expect(policies.resolve('tool', 'reviewer')).toMatchObject({
      ttlMs: 300_000,
      enabled: false,
      levels: ['memory'],
    });
    expect(policies.resolve('prompt', 'reviewer')).toMatchObject({ ttlMs: 60_000, levels: ['memory'] });
    expect(policies.resolve('mine', 'reviewer')).toMatchObject({ ttlMs: 60_000, levels: ['memory'] });
    expect(policies.resolve('tool', 'another')).toBe(policies.resolve('tool'));
    expect(policies.resolve('tool')).toMatchObject({ ttlMs: 600_000, enabled: true });
  });

  it('is never less sensitive for one agent, whatever the agent has for all namespaces', () => {
    const policies = new Policies({
      global: { result: { sensitivity: 'redact' } },
      agents: { careful: { '*': { sensitivity: 'redact' }, result: { sensitivity: 'refuse' } } },
    });
    expect(policies.report.problems).toEqual([]);
    const sensitivity = (name: string) => policies.resolve(name, 'careful').sensitivity;
    expect([sensitivity('analysis'), sensitivity('session'), sensitivity('result')]).toEqual([
      'redact',
      'refuse',
      'refuse',
    ]);
  });

  it('says for each agent what answers of models are kept and matched', () => {
    const policies = new Policies({
      global: { response: { similarity: 0.97 }, 'response:draft': { sampled: true } },
      agents: {
        evaluator: { response: { sampled: true } },
        helper: { '*': { strategy: 'semantic' } },
        lenient: { response: { strategy: 'semantic', similarity: 0.8 } },
      },
    });
    expect(policies.report.problems).toEqual([]);
    const of = (agent?: string, name = 'response') => {
      const { sampled, strategy, similarity } = policies.resolve(name, agent);
      return [sampled, strategy, similarity];
    };
    expect(of()).toEqual([false, 'exact', undefined]);
    expect(of('another')).toEqual([false, 'exact', undefined]);
    expect(of('evaluator')).toEqual([true, 'exact', undefined]);
    expect(of('evaluator', 'model')).toEqual([false, 'exact', undefined]);
    expect(of('helper')).toEqual([false, 'semantic', 0.97]);
    expect(of('helper', 'mine')).toEqual([false, 'semantic', 0.92]);
    expect(of('lenient')).toEqual([false, 'semantic', 0.8]);
    expect(of(undefined, 'response:draft')).toEqual([true, 'exact', undefined]);
  });

  it('has a room when a size or a number of entries is set, bounded by both', () => {
    const policies = new Policies({
      global: { a: { size: '1 MB' }, b: { entries: 7 }, c: { entries: 7, size: '1 MB', eviction: 'fifo' } },
    });
    const room = (name: string) => policies.resolve(name).memory;
    expect(room('a')).toEqual({ bytes: MB, entries: 1024, eviction: 'gdsf' });
    expect(room('b')).toEqual({ bytes: 128 * MB, entries: 7, eviction: 'gdsf' });
    expect(room('c')).toEqual({ bytes: MB, entries: 7, eviction: 'fifo' });
    expect(room('d')).toBeUndefined();
  });

  it('drops what a wider scope says and a narrower one leaves without effect', () => {
    const policies = new Policies({
      global: {
        '*': { write: 'around', sliding: true, eviction: 'lfu' },
        prompt: { levels: ['file'] },
        tool: { levels: ['memory'] },
      },
    });
    expect(policies.report.problems).toEqual([]);
    expect(policies.resolve('prompt')).toMatchObject({ write: 'through', sliding: true });
    expect(policies.resolve('prompt').memory).toBeUndefined();
    expect(policies.resolve('tool').write).toBe('through');
    expect(policies.resolve('session')).toMatchObject({ write: 'around', sliding: false });
    expect(policies.resolve('context').memory).toMatchObject({ eviction: 'lfu' });
  });

  it('rounds a lifetime of less than a millisecond up, for 0 would be no limit', () => {
    expect(new Policies({ global: { mine: { ttl: '0.2 ms' } } }).resolve('mine').ttlMs).toBe(1);
  });

  it('takes hit rates in percent and as parts', () => {
    const policies = new Policies({
      global: { a: { hitRate: '87.5%' }, b: { hitRate: 0.5, latency: '2 s' } },
    });
    expect(policies.resolve('a').targets).toEqual({ hitRate: 0.875 });
    expect(policies.resolve('b').targets).toEqual({ hitRate: 0.5, latencyMs: 2000 });
  });
});

describe('asking for a policy', () => {
  it('gives the same object until the settings are taken over again', () => {
    const policies = new Policies({ agents: { reviewer: { tool: { ttl: '6 min' } } } });
    const before = policies.resolve('tool', 'reviewer');
    expect(policies.resolve('tool', 'reviewer')).toBe(before);
    expect(policies.resolve('never-heard-of')).toBe(policies.resolve('never-heard-of-either'));
    policies.update({ agents: { reviewer: { tool: { ttl: '7 min' } } } });
    expect(policies.resolve('tool', 'reviewer').ttlMs).toBe(420_000);
  });

  it('takes no name for a member of something else', () => {
    for (const name of ['constructor', '__proto__', 'toString', '*', '']) {
      expect(new Policies().resolve(name, name)).toEqual(new Policies().resolve('mine'));
    }
  });
});

describe('taking over settings', () => {
  it('keeps the last good value of a wrong field, and takes the rest', () => {
    const policies = new Policies({ global: { prompt: { ttl: '1h', size: '20 MB' } } });
    const { problems } = policies.update({
      global: { prompt: { ttl: 'x', size: '30 MB' }, tool: { ttl: '6 min' } },
    });
    expect(problems).toHaveLength(1);
    expect(policies.resolve('prompt')).toMatchObject({ ttlMs: 3_600_000, memory: { bytes: 30 * MB } });
    expect(policies.resolve('tool').ttlMs).toBe(360_000);
    policies.update({ global: { prompt: { ttl: 'still wrong' } } });
    expect(policies.resolve('prompt')).toMatchObject({ ttlMs: 3_600_000, memory: { bytes: 10 * MB } });
  });

  it('goes back to the preset where a setting is gone or never was right', () => {
    const policies = new Policies({ global: { prompt: { ttl: '1h' } } });
    policies.update({ global: {} });
    expect(policies.resolve('prompt').ttlMs).toBe(86_400_000);
    policies.update({ global: { prompt: { ttl: 'x' } } });
    expect(policies.resolve('prompt').ttlMs).toBe(86_400_000);
  });

  it('keeps the last good of a section, an agent or everything that is no object', () => {
    const policies = new Policies({
      global: { prompt: { ttl: '1h' } },
      agents: { reviewer: { tool: { ttl: '6 min' } } },
    });
    for (const global of [{ prompt: 5 }, 'x', []]) {
      expect(policies.update({ global, agents: { reviewer: 1 } }).problems).toHaveLength(2);
      expect(policies.resolve('prompt').ttlMs).toBe(3_600_000);
      expect(policies.resolve('tool', 'reviewer').ttlMs).toBe(360_000);
    }
  });

  it('keeps the last good value of a field without effect, which comes back into effect by and by', () => {
    const policies = new Policies({ global: { prompt: { write: 'back' } } });
    policies.update({ global: { prompt: { write: 'around', levels: ['memory'] } } });
    expect(policies.resolve('prompt')).toMatchObject({ write: 'through', levels: ['memory'] });
    policies.update({ global: { prompt: { write: 'never' } } });
    expect(policies.resolve('prompt').write).toBe('back');
    const agents = { a: { session: { sensitivity: 'refuse' as const } } };
    const others = new Policies({ global: { session: { sensitivity: 'none' } }, agents });
    others.update({
      global: { session: { sensitivity: 'redact' } },
      agents: { a: { session: { sensitivity: 'none' } } },
    });
    expect(others.resolve('session', 'a').sensitivity).toBe('refuse');
  });

  it('judges an agent again when what holds for all has become stricter', () => {
    const agents = { a: { analysis: { sensitivity: 'redact' as const } } };
    const policies = new Policies({ agents });
    expect(policies.report.problems).toEqual([]);
    policies.update({ global: { analysis: { sensitivity: 'refuse' } }, agents });
    expect(policies.report.problems).toHaveLength(1);
    expect(policies.resolve('analysis', 'a').sensitivity).toBe('refuse');
  });
});

const orAbsent = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const durations = fc.constantFrom<string | number>('none', '1 min', '5 min', '1h', '36h', 250);
const agentFields = {
  enabled: orAbsent(fc.boolean()),
  ttl: orAbsent(durations),
  levels: orAbsent(fc.uniqueArray(fc.constantFrom(...LEVELS), { minLength: 1 })),
  write: orAbsent(fc.constantFrom('through', 'back', 'around')),
  strategy: orAbsent(fc.constantFrom('exact', 'semantic', 'none')),
  similarity: orAbsent(fc.constantFrom(0, 0.8, 1)),
  sampled: orAbsent(fc.boolean()),
  sensitivity: orAbsent(fc.constantFrom('none', 'redact', 'refuse')),
  sliding: orAbsent(fc.boolean()),
};
const fields = {
  ...agentFields,
  entries: orAbsent(fc.integer({ min: 1, max: 1000 })),
  size: orAbsent(fc.constantFrom('1 MB', '2 MB')),
  eviction: orAbsent(fc.constantFrom('lru', 'ttl')),
};
const junk = fc.oneof(fc.jsonValue(), fc.anything());
const section = (shape: Record<string, fc.Arbitrary<unknown>>) => fc.record(shape).map(present);
const scope = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc.dictionary(fc.constantFrom('*', 'prompt', 'tool', 'mine', 'analysis'), section(shape), { maxKeys: 5 });
const settings = fc.record({
  global: scope(fields),
  agents: fc.dictionary(fc.constantFrom('a', 'b'), scope(agentFields), { maxKeys: 2 }),
});
const NAMES = ['prompt', 'tool', 'mine', 'analysis', 'session'];
const AGENTS = [undefined, 'a', 'b', 'c'];
const strictness = (policy: Policy) => ['none', 'redact', 'refuse'].indexOf(policy.sensitivity);

function present(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

describe('whatever the settings', () => {
  it('every policy is complete and without contradiction', () => {
    fc.assert(
      fc.property(settings, (input) => {
        const policies = new Policies(input as PoliciesInput);
        for (const name of NAMES) for (const agent of AGENTS) expectConsistent(policies, name, agent);
      }),
    );
  });

  it('junk among them throws nothing, and what is right beside it holds', () => {
    fc.assert(
      fc.property(settings, fc.dictionary(fc.string(), junk), junk, (input, more, instead) => {
        const policies = new Policies();
        const update = {
          global: { ...more, ...input.global, result: { ttl: '3 min', size: instead } },
          agents: { ...more, x: instead },
        };
        for (const problem of policies.update(update).problems)
          expect(problem).toMatch(/^agentCache\..*[.…]$/s);
        if (Object.keys(update.global).length <= 200) expect(policies.resolve('result').ttlMs).toBe(180_000);
        for (const name of NAMES) expectConsistent(policies, name, 'x');
      }),
    );
  });

  it('each field comes from the narrowest scope that has it and was not told off', () => {
    fc.assert(
      fc.property(settings, (input) => {
        const policies = new Policies(input as PoliciesInput);
        fc.pre(policies.report.problems.length === 0);
        for (const name of NAMES) {
          for (const agent of ['a', 'b'] as const) {
            const layers: (Record<string, unknown> | undefined)[] = [
              DEFAULTS,
              PRESETS.get(name)?.policy as Record<string, unknown> | undefined,
              input.global['*'],
              input.global[name],
              input.agents[agent]?.['*'],
              input.agents[agent]?.[name],
            ];
            const said = (field: string) => layers.findLast((layer) => layer?.[field] !== undefined)?.[field];
            const policy = policies.resolve(name, agent);
            expect(policy.enabled).toBe(said('enabled'));
            expect(policy.strategy).toBe(said('strategy'));
            expect(policy.similarity).toBe(policy.strategy === 'semantic' ? said('similarity') : undefined);
            expect(policy.sampled).toBe(said('sampled'));
            expect(new Set(policy.levels)).toEqual(new Set(said('levels') as string[]));
            if (policy.levels.includes('memory') && policy.levels.length > 1)
              expect(policy.write).toBe(said('write'));
            if (policy.ttlMs > 0) expect(policy.sliding).toBe(said('sliding'));
            const room = policies.resolve(name).memory;
            if (policy.memory) expect(policy.memory).toEqual(room ?? policy.memory);
          }
        }
      }),
    );
  });

  it('taken over a second time they change nothing', () => {
    fc.assert(
      fc.property(settings, settings, (first, second) => {
        const policies = new Policies(first as PoliciesInput);
        policies.update(second);
        const before = NAMES.map((name) => policies.resolve(name, 'a'));
        policies.update(second);
        expect(NAMES.map((name) => policies.resolve(name, 'a'))).toEqual(before);
      }),
    );
  });
});

function expectConsistent(policies: Policies, name: string, agent: string | undefined): void {
  const policy = policies.resolve(name, agent);
  expect(policy.levels).toEqual(LEVELS.filter((level) => policy.levels.includes(level)));
  expect(policy.levels.length).toBeGreaterThan(0);
  const below = policy.levels.includes('memory') && policy.levels.length > 1;
  if (!below) expect(policy.write).toBe('through');
  if (!policy.levels.includes('memory')) expect(policy.memory).toBeUndefined();
  if (policy.sliding) expect(policy.ttlMs).toBeGreaterThan(0);
  expect(Number.isInteger(policy.ttlMs) && policy.ttlMs >= 0).toBe(true);
  expect(strictness(policy)).toBeGreaterThanOrEqual(strictness(policies.resolve(name)));
}
