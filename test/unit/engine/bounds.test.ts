import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_MEMORY_LIMITS } from '../../../src/cache/memory-level.ts';
import { boundsSchema, limitsOf } from '../../../src/engine/bounds.ts';
import { DEFAULT_LEASE_LIMITS } from '../../../src/freshness/leases/leases.ts';
import { DEFAULT_UNDO_LIMITS } from '../../../src/freshness/undo/undo-log.ts';
import type { WorkspaceLimits } from '../../../src/freshness/workspace-options.ts';
import { LIMITS } from '../../../src/notes/limits.ts';
import { readArguments } from '../../../src/serve/arguments.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';

describe('bounds', () => {
  it('are the limits of each part when nobody sets any', () => {
    const { eviction: _, ...memory } = DEFAULT_MEMORY_LIMITS;
    expect(limitsOf(boundsSchema.parse({}))).toMatchObject({
      memory,
      notes: LIMITS,
      undo: DEFAULT_UNDO_LIMITS,
      leases: DEFAULT_LEASE_LIMITS,
      dependencies: 50_000,
    });
  });

  it('reach every limit: each setting changes one, and all limits can be set', () => {
    const before = JSON.stringify(limitsOf(boundsSchema.parse({})));
    const changed = Object.entries(boundsSchema.parse({})).map(([name, value]) => {
      const limits = limitsOf(boundsSchema.parse({ [name]: value + 1 }));
      return JSON.stringify(limits) === before ? name : undefined;
    });
    // Those of the proxy it asks for itself, and two are the warmer's and the analyses', which do so too.
    expect(changed.filter((name) => name && !name.startsWith('proxy.'))).toEqual([
      'analysis.maxFileKilobytes',
      'warm.maxFiles',
    ]);
  });
});

describe('the bounds of a cache', () => {
  it('take effect while it runs', async () => {
    let limits: WorkspaceLimits = {};
    const { cache, write } = workspaceWith({ a: 'a', b: 'b' }, { limits: () => limits });
    const ask = (key: string) =>
      cache.getOrCompute(`test:${key}`, async (context) => {
        await context.readFile('a');
        await context.readFile('b');
        return key;
      });
    limits = { dependencies: 1 };
    await expect(ask('one')).rejects.toThrow('1 inputs at the most');
    limits = { dependencies: 2 };
    expect((await ask('one')).value).toBe('one');

    await ask('two');
    limits = { undo: { ...DEFAULT_UNDO_LIMITS, undos: 1 } };
    const first = await cache.invalidate({ key: 'test:one' });
    await cache.invalidate({ key: 'test:two' });
    expect(cache.undos().length).toBe(1);
    await expect(cache.undo(first.undo ?? '')).rejects.toThrow('newer ones have taken its place');

    const declaration = { tags: [], dependsOn: [] };
    limits = { leases: { ...DEFAULT_LEASE_LIMITS, leases: 1 } };
    await cache.leases.give('test:x', declaration);
    const last = await cache.leases.give('test:y', declaration);
    expect(cache.leases.size).toBe(1);
    limits = { leases: { ...DEFAULT_LEASE_LIMITS, lifetimeMs: -1 } };
    await expect(cache.put('test:y', 1, { lease: last })).rejects.toThrow('too old');
    write('a', 'changed');
  });
});

describe('the file of --limits', () => {
  const argv = process.argv;
  afterEach(() => {
    process.argv = argv;
  });

  function boundsIn(text: string) {
    const folder = temporaryFolder();
    const file = join(folder, 'limits.json');
    writeFileSync(file, text);
    process.argv = ['node', 'headless.js', '--workspace', folder, '--limits', file];
    return readArguments(() => {})?.bounds;
  }

  it('sets bounds by the names of their settings; the others have their defaults', () => {
    const set = boundsIn('{"agentCache.notes.maxNotes": 5, "undo.maxHours": 2}');
    expect(set).toEqual({ ...boundsSchema.parse({}), 'notes.maxNotes': 5, 'undo.maxHours': 2 });
  });

  it('that does not fit keeps the server from starting, with what is wrong where', () => {
    expect(() => boundsIn('{"agentCache.notes.maxNotes": 0}')).toThrow(/notes\.maxNotes/);
    expect(() => boundsIn('{"agentCache.notes.maxNotes": 0}')).toThrow(/a whole number from 1 to 100000/);
    expect(() => boundsIn('{"notes.most": 5}')).toThrow(/notes\.most/);
    expect(() => boundsIn('[1]')).toThrow('does not fit');
    expect(() => boundsIn('{')).toThrow('cannot be read as JSON');
  });
});
