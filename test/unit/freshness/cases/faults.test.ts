import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { MemoryServer } from '../../shared/memory-store.ts';
import { denying } from './denying.ts';
import { kind, names, read } from './questions.ts';
import { Scene } from './scene.ts';
import { Window } from './window.ts';

vi.setConfig({ testTimeout: 30_000 }); // real stores, on a machine that may be loaded

const QUESTIONS = { a: read('a.txt'), b: read('b.txt'), lib: names('lib'), none: read('none.txt') };

describe('case 45:', () => {
  it('a file that may not be read any more, and has changed, is not answered from the cache', async () => {
    const { scene, disk } = await denying(QUESTIONS);
    scene.write('a.txt', 'b');
    disk.denied.add('a.txt');
    for (const side of [scene.hinted, scene.asked]) {
      await expect(side.ask('a')).rejects.toThrow('EACCES');
      expect((await side.ask('b')).from).toBe('memory');
    }
    disk.denied.clear();
    expect((await scene.asked.ask('a')).value).toBe('b');
  });

  it('nor one that may not even be looked at, until it may again', async () => {
    const { scene, disk } = await denying(QUESTIONS);
    disk.hidden.add('a.txt').add('none.txt');
    scene.hinted.cache.hint('');
    await scene.hinted.cache.settled();
    expect(scene.hinted.left).toEqual(['a', 'none']); // whether there is none cannot be told
    for (const side of [scene.hinted, scene.asked])
      for (const name of ['a', 'none']) await expect(side.ask(name)).rejects.toThrow('EACCES');
    disk.hidden.clear();
    expect((await scene.asked.ask('a')).value).toBe('a');
  });

  it('nor a folder that may not be listed', async () => {
    const { scene, disk } = await denying(QUESTIONS);
    scene.write('lib/y.txt', '');
    disk.denied.add('lib');
    for (const side of [scene.hinted, scene.asked]) await expect(side.ask('lib')).rejects.toThrow('EACCES');
    disk.denied.clear();
    expect((await scene.asked.ask('lib')).value).toBe('x.txt y.txt');
  });

  it('a FIFO is never read, and is no file; a file in its place is', async () => {
    const scene = await Scene.with({}, { pipe: read('pipe'), is: kind('pipe'), names: names('') });
    expect(await scene.after(() => execFileSync('mkfifo', [scene.path('pipe')]), ['is', 'names'])).toEqual({
      pipe: '(absent)',
      is: '(absent)',
      names: 'pipe',
    });
    const replace = () => {
      rmSync(scene.path('pipe'));
      scene.write('pipe', 'a file');
    };
    expect(await scene.after(replace, ['pipe', 'is'])).toMatchObject({ pipe: 'a file', is: 'file' });
    const replaceBack = () => {
      rmSync(scene.path('pipe'));
      execFileSync('mkfifo', [scene.path('pipe')]);
    };
    await scene.after(replaceBack, ['pipe', 'is'], []);
  });
});

describe('case 46:', () => {
  const shared = async () => {
    const server = new MemoryServer();
    const root = temporaryFolder();
    write(root, 'a.txt', 'the right answer');
    const questions = { a: read('a.txt') };
    const first = await Window.open(root, { questions, server });
    await first.answers();
    await first.settled();
    expect(server.records.size).toBeGreaterThan(0);
    return { server, open: () => Window.open(root, { questions, server }) };
  };

  it('a shared value that was poisoned does not match its digest: a miss, and told', async () => {
    const { server, open } = await shared();
    for (const [key, record] of server.records) {
      const text = Buffer.from(record).toString('latin1');
      server.records.set(key, Buffer.from(text.replaceAll('the right answer', 'the wrong answer'), 'latin1'));
    }
    const other = await open();
    expect(await other.answers()).toEqual({ a: 'the right answer' });
    expect(other.computed).toEqual(['a']);
    expect(other.problems.length).toBeGreaterThan(0);
  });

  it('so does one that was cut off, wherever, or changed in any byte', async () => {
    const { server, open } = await shared();
    const [[key, whole]] = [...server.records] as [[string, Uint8Array]];
    const other = await open();
    const ask = async () => {
      await other.settled();
      await other.cache.invalidate({ level: 'memory' });
      other.forget();
      return (await other.ask('a')).value;
    };
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] as number) ^ 0xff;
      for (const harmed of [whole.slice(0, at), flipped]) {
        await other.settled();
        server.records.set(key, harmed);
        expect(await ask(), `harmed at ${at}`).toBe('the right answer');
        expect(other.computed, `harmed at ${at}`).toEqual(['a']);
      }
    }
    await other.settled();
    server.records.set(key, whole);
    expect(await ask()).toBe('the right answer');
    expect(other.computed).toEqual([]);
  }, 60_000);

  it('a whole record of another key is not taken for this one', async () => {
    const { server, open } = await shared();
    const other = await Window.open(temporaryFolder(), {
      questions: { b: async () => 'an answer to b' },
      server,
    });
    const [mine] = [...server.records.keys()];
    await other.answers();
    await other.settled();
    const theirs = [...server.records.keys()].find((key) => key !== mine);
    if (!mine || !theirs) throw new Error('There should be a record of either.');
    server.records.set(mine, server.records.get(theirs) as Uint8Array);
    const third = await open();
    expect(await third.answers()).toEqual({ a: 'the right answer' });
    expect(third.computed).toEqual(['a']);
  });
});
