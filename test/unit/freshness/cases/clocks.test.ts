import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Stamp } from '../../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../../src/freshness/workspace-cache.ts';
import { CoarseDisk } from '../../../support/coarse-disk.ts';
import { Witness } from '../../../support/witness.ts';
import { temporaryFolder } from '../../../support/workspace.ts';

function onCoarseDisk(grainMs: number) {
  const disk = new CoarseDisk(temporaryFolder(), grainMs);
  const witness = new Witness<Stamp>();
  const cache = new WorkspaceCache({ disk, observer: witness, now: disk.now });
  const ask = async () => {
    const read = () =>
      cache.getOrCompute('case:a', async (context) => (await context.readFile('a.txt'))?.text());
    return (await read()).value;
  };
  const list = async () =>
    (await cache.getOrCompute('case:names', async (context) => (await context.list('lib'))?.join(' '))).value;
  return { disk, cache, witness, ask, list };
}

describe.each([1, 10, 1000, 2000])('case 05: on a file system with a clock of %i ms', (grainMs) => {
  it('an edit within the tick of the look before is seen, however late in it', async () => {
    const { disk, ask } = onCoarseDisk(grainMs);
    for (let i = 0; i < 5; i++) {
      disk.time += 10_000 - (disk.time % 10_000); // a tick begins
      disk.write('a.txt', `${i}-`);
      expect(await ask()).toBe(`${i}-`);
      disk.time += grainMs * 0.9;
      expect(await ask()).toBe(`${i}-`);
      disk.write('a.txt', `${i}+`);
      expect(await ask()).toBe(`${i}+`);
    }
  });

  it('a name that comes within the tick of the look before is seen', async () => {
    const { disk, list } = onCoarseDisk(grainMs);
    disk.write('lib/a.txt', '');
    disk.stamp('lib');
    expect(await list()).toBe('a.txt');
    disk.time += grainMs * 0.9;
    disk.write('lib/b.txt', '');
    disk.stamp('lib');
    expect(await list()).toBe('a.txt b.txt');
  });

  it('a file at rest is read once more, and from then on only its stat', async () => {
    const { disk, cache, ask } = onCoarseDisk(grainMs);
    disk.write('a.txt', 'one');
    await ask();
    disk.time += 2 * grainMs + 5000;
    await ask();
    const { reads } = cache.fingerprints;
    for (let i = 0; i < 10; i++) await ask();
    expect(cache.fingerprints.reads).toBe(reads);
    expect(reads).toBeLessThanOrEqual(3);
  });
});

it('case 03: a replacement by rename is seen where that leaves every stamp as it was', async () => {
  const { disk, ask } = onCoarseDisk(1);
  disk.write('a.txt', 'one');
  disk.write('b.txt', 'two');
  disk.time += 10_000;
  expect(await ask()).toBe('one');
  renameSync(disk.absolute('b.txt'), disk.absolute('a.txt'));
  expect(await ask()).toBe('two');
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('case 40:', () => {
  it('a clock that was a day ahead and is put right hides no edit', async () => {
    const { disk, ask } = onCoarseDisk(1);
    const right = disk.time;
    disk.write('a.txt', '1');
    disk.time = right + DAY;
    expect(await ask()).toBe('1');
    disk.time = right;
    disk.write('a.txt', '2'); // the stamp of the first writing once more
    expect(await ask()).toBe('2');
    disk.time = right + 5;
    disk.write('a.txt', '3');
    expect(await ask()).toBe('3');
  });

  it('a clock that was a day behind and is put right hides no edit and computes nothing anew', async () => {
    const { disk, witness, ask } = onCoarseDisk(10);
    const right = disk.time;
    disk.time = right - DAY;
    disk.write('a.txt', '1');
    expect(await ask()).toBe('1');
    disk.time = right;
    expect(await ask()).toBe('1');
    expect(witness.computations).toBe(1);
    disk.write('a.txt', '2');
    expect(await ask()).toBe('2');
  });

  it('daylight saving on a file system that keeps local time makes nothing invalid', async () => {
    const { disk, cache, witness, ask } = onCoarseDisk(2000);
    disk.write('a.txt', '1');
    await ask();
    disk.time += DAY;
    await ask();
    const { reads } = cache.fingerprints;
    for (const shift of [HOUR, 0, -HOUR]) {
      disk.shift = shift;
      expect(await ask()).toBe('1');
    }
    expect(witness.computations).toBe(1);
    expect(witness.leavings).toEqual([]);
    expect(cache.fingerprints.reads).toBe(reads + 3);
  });

  it('what was edited and what ran out during a suspend is not served after it', async () => {
    const { disk, cache, ask } = onCoarseDisk(1);
    disk.write('a.txt', '1');
    expect(await ask()).toBe('1');
    await cache.set('case:short', 'kept for an hour', { request: { ttl: '1h' } });
    expect(cache.peek('case:short')).toBe('kept for an hour');
    disk.time += 9 * HOUR; // no timer ran meanwhile
    disk.write('a.txt', '2');
    expect(cache.peek('case:short')).toBeUndefined();
    expect(await ask()).toBe('2');
  });

  it('a lifetime does not grow longer than it is when the clock is set back', async () => {
    const { disk, cache } = onCoarseDisk(1);
    await cache.set('case:short', 'kept for an hour', { request: { ttl: '1h' } });
    disk.time -= DAY;
    expect(await cache.get('case:short')).toBe('kept for an hour');
    disk.time += DAY + HOUR;
    expect(await cache.get('case:short')).toBeUndefined();
  });

  it('stamps in the future hide no edit', async () => {
    const { disk, ask } = onCoarseDisk(1000);
    const right = disk.time;
    disk.time = right + DAY;
    disk.write('a.txt', '1');
    disk.time = right;
    expect(await ask()).toBe('1');
    writeFileSync(disk.absolute('a.txt'), '2'); // with the very same stamp
    expect(await ask()).toBe('2');
  });
});
