import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Entry, VACANT } from '../../../src/cache/entry.ts';
import { Namespaces } from '../../../src/cache/namespace.ts';

const namespace = new Namespaces().get('test');
const moment = fc.integer({ min: 1, max: 2 ** 32 * 1000 - 1 });

describe('the small numbers of an entry', () => {
  it('change one at a time, whatever the others are', () => {
    const change = fc.oneof(
      fc.record({ set: fc.constant('sampled' as const), to: fc.boolean() }),
      fc.record({ set: fc.constant('expiresAt' as const), to: moment }),
      fc.record({ set: fc.constant('on' as const), to: fc.integer({ min: 0, max: 7 }) }),
      fc.record({ set: fc.constant('inMemory' as const), to: fc.boolean() }),
    );
    fc.assert(
      fc.property(moment, fc.array(change, { maxLength: 20 }), (createdAt, changes) => {
        const fields = { key: 'test:a', namespace, stamp: 0, bytes: 1, costMs: 1, createdAt };
        const entry = new Entry<number>({ ...fields, expiresAt: 0, value: 'v', on: 0 });
        const model = { createdAt, sampled: false, expiresAt: 0, on: 0, inMemory: true };
        for (const { set, to } of changes) {
          Object.assign(model, { [set]: to });
          if (set === 'inMemory') entry.value = to ? 'v' : VACANT;
          else Object.assign(entry, { [set]: to });
          const { createdAt, sampled, expiresAt, on, inMemory } = entry;
          expect({ createdAt, sampled, expiresAt, on, inMemory }).toEqual(model);
        }
      }),
    );
  });
});
