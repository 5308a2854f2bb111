import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, Namespaces } from '../../../src/cache/namespace.ts';
import type { ComputeContext } from '../../../src/freshness/context.ts';
import { workspaceWith } from '../../support/workspace.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Two entries; how the lower one is computed has hold of the upper one's context, as closures have. */
function pair() {
  const { cache, write } = workspaceWith(
    { 'a.txt': 'one two' },
    { namespaces: new Namespaces(() => ({ ...DEFAULT_POLICY, variants: 1 })) },
  );
  const values: WeakRef<object>[] = [];
  const lower = (context: ComputeContext, above: ComputeContext) => async () => {
    if (above === context) throw new Error('Each has its own.');
    const value = { text: (await context.readFile('a.txt'))?.text() };
    values.push(new WeakRef(value));
    return value;
  };
  const upper = async (context: ComputeContext) => {
    await context.entry('test:lower', (own) => lower(own, context)());
    return 'made';
  };
  return { cache, write, values, ask: () => cache.getOrCompute('test:upper', upper) };
}

describe('what a computation was told', () => {
  it('is let go of when it has ended, though recipes have hold of its context', async () => {
    const { cache, write, values, ask } = pair();
    await ask();
    write('a.txt', 'three');
    await cache.getOrCompute('test:lower', async (context) => (await context.readFile('a.txt'))?.digest);
    await new Promise(setImmediate);
    collect();
    expect(values).toHaveLength(1);
    expect(values[0]?.deref()).toBeUndefined();
    await ask();
    expect(values).toHaveLength(1); // the recipe is good all the same
  });
});
