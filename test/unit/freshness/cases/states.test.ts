import { describe, expect, it } from 'vitest';
import type { ComputeContext } from '../../../../src/freshness/context.ts';
import type { Stamp } from '../../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../../src/freshness/workspace-cache.ts';
import { CoarseDisk } from '../../../support/coarse-disk.ts';
import { Witness } from '../../../support/witness.ts';
import { temporaryFolder, workspaceWith } from '../../../support/workspace.ts';

const text = async (context: ComputeContext, path: string) => (await context.readFile(path))?.text();

describe('case 30:', () => {
  it('A→B→A around the reading of B is repeated, and what rests on A is kept', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'A' });
    let runs = 0;
    const compute = async (context: ComputeContext) => {
      if (++runs === 1) write('a.txt', 'B');
      const seen = await text(context, 'a.txt');
      if (runs === 1) write('a.txt', 'A');
      return seen;
    };
    expect((await cache.getOrCompute('case:aba', compute)).value).toBe('A');
    expect(await cache.get('case:aba')).toBe('A');
    expect(runs).toBe(2);
  });

  it('A→B→A after A was read is stored: its input is what it was', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'A' });
    let runs = 0;
    const compute = async (context: ComputeContext) => {
      const seen = await text(context, 'a.txt');
      if (++runs === 1) {
        write('a.txt', 'B');
        write('a.txt', 'A');
      }
      return seen;
    };
    expect((await cache.getOrCompute('case:aba', compute)).value).toBe('A');
    expect(await cache.getOrCompute('case:aba', compute)).toEqual({ value: 'A', from: 'memory' });
    expect(runs).toBe(1);
  });

  it('two files that change places between two looks at them are no state that ever was', async () => {
    const disk = new CoarseDisk(temporaryFolder(), 1000); // all within one tick: only the bytes can tell
    const witness = new Witness<Stamp>();
    const cache = new WorkspaceCache({ disk, observer: witness, now: disk.now });
    const compute = async (context: ComputeContext) =>
      `${await text(context, 'a.txt')} ${await text(context, 'b.txt')}`;
    disk.write('a.txt', '1');
    disk.write('b.txt', '1');
    expect((await cache.getOrCompute('case:pair', compute)).value).toBe('1 1');
    disk.write('b.txt', '2'); // 1 2, and between the looks at a and b: 2 1
    let looks = 0;
    disk.onRead = (path) => {
      if (path !== 'b.txt' || ++looks > 1) return;
      disk.write('a.txt', '2');
      disk.write('b.txt', '1');
    };
    expect((await cache.getOrCompute('case:pair', compute)).value).toBe('2 1');
  });
});

describe('case 31:', () => {
  it('an input that is read twice is one state for a computation, whatever happens in between', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'old', 'lib/a.txt': '' });
    let runs = 0;
    const compute = async (context: ComputeContext) => {
      const one = [await text(context, 'a.txt'), context.kind('b.txt'), await context.list('lib')];
      if (++runs === 1) for (const path of ['a.txt', 'b.txt', 'lib/b.txt']) write(path, 'new');
      const two = [await text(context, 'a.txt'), context.kind('b.txt'), await context.list('lib')];
      expect(two).toEqual(one);
      return two;
    };
    const { value } = await cache.getOrCompute('case:twice', compute);
    expect(value).toEqual(['new', 'file', ['a.txt', 'b.txt']]);
    expect(runs).toBe(2);
  });

  it('a file that changes while its bytes are read is read again', async () => {
    const disk = new CoarseDisk(temporaryFolder(), 1);
    const witness = new Witness<Stamp>();
    const cache = new WorkspaceCache({ disk, observer: witness, now: disk.now });
    disk.write('a.txt', 'old');
    let looks = 0;
    disk.onRead = () => {
      disk.time += 1;
      if (++looks < 3) disk.write('a.txt', `new ${looks}`);
    };
    const { value } = await cache.getOrCompute('case:torn', (context) => text(context, 'a.txt'));
    expect(value).toBe('new 2');
    expect(witness.computations).toBe(1);
  });
});
