import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/cache/policy/presets.ts';
import { durationText } from '../../../src/cache/policy/quantities.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';

const MB = 1024 * 1024;
const HOUR = 3_600_000;
const policies = new Policies();
const policy = (namespace: string) => policies.resolve(namespace);

describe('the presets of the four tiers', () => {
  it.each([
    ['prompt', 10, 24, 0.95, 1, 'lru'],
    ['module', 50, 12, 0.9, 5, 'lru-ttl'],
    ['context', 100, 6, 0.85, 10, 'ttl'],
    ['result', 200, 1, 0.7, 20, 'lfu'],
  ])(
    '%s: %d MB, %d h, hit rate %d, below %d ms, %s',
    (name, megabytes, hours, hitRate, latencyMs, eviction) => {
      expect(policy(name)).toMatchObject({
        enabled: true,
        ttlMs: hours * HOUR,
        memory: { bytes: megabytes * MB, eviction },
        targets: { hitRate, latencyMs },
        freshness: 'verified',
        variants: 4,
        strategy: 'exact',
        sampled: false,
        optimise: false,
      });
    },
  );

  it('have 360 MB together, as many entries as kilobytes, and no other preset has a room', () => {
    const rooms = [...PRESETS.keys()].flatMap((name) => policy(name).memory ?? []);
    expect(rooms.reduce((sum, room) => sum + room.bytes, 0)).toBe(360 * MB);
    expect(rooms.map((room) => room.entries)).toEqual(
      [10, 50, 100, 200].map((megabytes) => megabytes * 1024),
    );
  });
});

describe('the presets of the agent platform', () => {
  it.each([
    ['response', HOUR, 24 * HOUR],
    ['model', 24 * HOUR, 7 * 24 * HOUR],
    ['tool', HOUR / 12, HOUR],
    ['memory', HOUR / 4, HOUR / 4],
  ])('%s: a lifetime within %d to %d ms, and the range is kept', (name, least, most) => {
    expect(PRESETS.get(name)?.ttlRange).toEqual([least, most]);
    expect(policy(name).ttlMs).toBeGreaterThanOrEqual(least);
    expect(policy(name).ttlMs).toBeLessThanOrEqual(most);
  });

  it('a session lasts as long as it lasts, is written at once, and stays on this machine', () => {
    expect(policy('session')).toMatchObject({ ttlMs: 0, write: 'through', levels: ['memory', 'file'] });
  });

  it('sessions and memories do not leave memory with secrets in them', () => {
    for (const name of ['session', 'memory']) expect(policy(name).sensitivity).toBe('refuse');
  });
});

describe('other namespaces', () => {
  it('analyses: no limit of time, the common room, all levels', () => {
    expect(policy('analysis')).toEqual({
      enabled: true,
      ttlMs: 0,
      sliding: false,
      levels: ['memory', 'file', 'shared'],
      write: 'through',
      sensitivity: 'none',
      freshness: 'verified',
      variants: 4,
      strategy: 'exact',
      sampled: false,
      optimise: false,
    });
  });

  it('the user’s own: the same, but with secrets they stay in memory', () => {
    expect(policy('mine')).toEqual({ ...policy('analysis'), sensitivity: 'refuse' });
  });

  it('what only holds here is not shared: contexts have a path of this machine in their key, tools run on it', () => {
    for (const name of ['context', 'tool']) expect(policy(name).levels).toEqual(['memory', 'file']);
  });

  it('docs/namespaces.md has every preset as it is', () => {
    const text = readFileSync(new URL('../../../docs/namespaces.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z]+)` .*$/gm)].map(([row]) => row.replaceAll(/ +/g, ' '));
    expect(rows.slice(0, PRESETS.size)).toEqual([...PRESETS.keys()].map(row));
  });

  function row(name: string): string {
    const { ttlMs, memory, targets, levels, sensitivity } = policy(name);
    const range = PRESETS.get(name)?.ttlRange?.map(durationText) ?? [];
    const suits = range[0] === range[1] ? range.slice(1) : range;
    const lifetime = [durationText(ttlMs), ...(suits.length > 1 ? [`(${suits.join(' to ')})`] : [])].join(
      ' ',
    );
    const room = memory ? `${memory.bytes / MB} MB, \`${memory.eviction}\`` : 'common';
    const target = targets ? `${(targets.hitRate ?? 0) * 100} %, < ${targets.latencyMs} ms` : '–';
    return `| \`${name}\` | ${room} | ${lifetime} | ${target} | ${levels.join(', ')} | \`${sensitivity}\` |`;
  }
});
