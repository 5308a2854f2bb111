import { describe, expect, it } from 'vitest';
import { Policies } from '../../../../src/cache/policy/scopes.ts';
import { Tuning } from '../../../../src/insight/optimiser/tuning.ts';

describe('tuned lifetimes', () => {
  const policies = new Policies({
    global: { '*': { ttl: '10 min', optimise: true }, tool: { ttl: '50 min' } },
  });
  const ttlOf = (tuning: Tuning, name: string) => tuning.of(policies.resolve(name), name).ttlMs / 60_000;

  it('are of one namespace and its parts, also where namespaces share a policy', () => {
    const tuning = new Tuning();
    tuning.set('a', 1.5);
    tuning.set('b', 2);
    expect(['a', 'a:part', 'b', 'c'].map((name) => ttlOf(tuning, name))).toEqual([15, 15, 20, 10]);
    tuning.set('a', 1);
    expect(ttlOf(tuning, 'a')).toBe(10);
  });

  it('stay within what suits the namespace, and are one object as long as nothing changes', () => {
    const tuning = new Tuning();
    tuning.set('tool', 2);
    tuning.set('own', 1000);
    expect([ttlOf(tuning, 'tool'), ttlOf(tuning, 'own')]).toEqual([60, 24 * 60]);
    const policy = policies.resolve('own');
    expect(tuning.of(policy, 'own')).toBe(tuning.of(policy, 'own'));
  });

  it('are none where the policy does not allow it, or has no lifetime', () => {
    const tuning = new Tuning();
    for (const name of ['a', 'b']) tuning.set(name, 2);
    const others = new Policies({ global: { a: { ttl: '1 h' }, b: { optimise: true } } });
    for (const name of ['a', 'b']) {
      const policy = others.resolve(name);
      expect(tuning.of(policy, name)).toBe(policy);
    }
  });
});
