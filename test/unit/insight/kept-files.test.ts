import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { KeptFiles } from '../../../src/insight/keeping/kept-files.ts';
import { Saver } from '../../../src/insight/keeping/saver.ts';
import { temporaryFolder } from '../../support/workspace.ts';

const schema = z.array(z.string());

function keptIn(folder: string) {
  const problems: string[] = [];
  const kept = new KeptFiles({
    ...{ folder, name: 'words', schema, mostBytes: 10_000 },
    problem: (error) => void problems.push(error.message),
  });
  return { kept, problems };
}

/** The pid of a process that has ended. */
const ENDED = spawnSync(process.execPath, ['-e', '']).pid;

/** Makes the files of this process those of one that was killed. */
function kill(folder: string): void {
  for (const name of readdirSync(folder)) {
    renameSync(join(folder, name), join(folder, name.replace(`-${process.pid}-`, `-${ENDED}-`)));
  }
}

/** Sorted by nothing but their words. */
const words = (values: readonly (readonly string[])[]) => values.flat().sort();

describe('what is kept for the next session', () => {
  it('is taken over from processes that have ended, once', async () => {
    const folder = join(temporaryFolder(), 'insight');
    await keptIn(folder).kept.save(['a']);
    await keptIn(folder).kept.save(['b']);
    expect(await keptIn(folder).kept.takeOver()).toEqual([]); // both live
    kill(folder);
    const { kept } = keptIn(folder);
    expect(words(await kept.takeOver())).toEqual(['a', 'b']);
    expect(await keptIn(folder).kept.takeOver()).toEqual([]);
    await kept.save(['a', 'b', 'c']);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is taken by one of two who ask at once', async () => {
    const folder = temporaryFolder();
    for (const word of ['a', 'b', 'c', 'd']) await keptIn(folder).kept.save([word]);
    kill(folder);
    const taken = await Promise.all([keptIn(folder), keptIn(folder)].map(({ kept }) => kept.takeOver()));
    expect(words(taken.flat())).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is not lost when who took it over is killed before it saves', async () => {
    const folder = temporaryFolder();
    await keptIn(folder).kept.save(['a']);
    kill(folder);
    expect(await keptIn(folder).kept.takeOver()).toEqual([['a']]);
    kill(folder);
    expect(await keptIn(folder).kept.takeOver()).toEqual([['a']]);
  });

  it('is not counted twice when who took it over is killed after it saved', async () => {
    const folder = temporaryFolder();
    await keptIn(folder).kept.save(['a']);
    kill(folder);
    const { kept } = keptIn(folder);
    await kept.takeOver();
    const [taken = ''] = readdirSync(folder);
    const text = readFileSync(join(folder, taken));
    await kept.save(['a', 'b']);
    writeFileSync(join(folder, taken), text); // as if it could not be removed any more
    kill(folder);
    expect(words(await keptIn(folder).kept.takeOver())).toEqual(['a', 'b']);
  });

  it('is left out where it cannot be read, told, and no reason to lose the rest', async () => {
    const folder = temporaryFolder();
    for (const word of ['a', 'b', 'c', 'd']) await keptIn(folder).kept.save([word]);
    const [first = '', second = '', third = ''] = readdirSync(folder).sort();
    writeFileSync(join(folder, first), '{"format": 1, "includes": [], "val');
    writeFileSync(join(folder, second), '{"format": 1, "includes": [], "value": [1]}');
    writeFileSync(join(folder, third), ' '.repeat(10_001));
    writeFileSync(join(folder, 'words-of-others.json'), 'not ours');
    kill(folder);
    const { kept, problems } = keptIn(folder);
    expect(words(await kept.takeOver())).toHaveLength(1);
    expect(problems).toHaveLength(3);
    expect(problems.every((text) => text.includes('What an earlier session kept cannot be read'))).toBe(true);
    await kept.save([]);
    const left = readdirSync(folder).filter((name) => !/^words-[0-9a-f]{8}-/.test(name));
    expect(left.sort()).toEqual(['words-of-others.json', 'words.unreadable']);
  });

  it('that cannot be taken over is told, and no reason to lose the rest', async () => {
    const folder = temporaryFolder();
    for (const word of ['a', 'b', 'c']) await keptIn(folder).kept.save([word]);
    const [first = ''] = readdirSync(folder);
    kill(folder);
    mkdirSync(join(folder, first)); // where it would go
    const { kept, problems } = keptIn(folder);
    expect(words(await kept.takeOver())).toHaveLength(2);
    expect(problems).not.toEqual([]);
  });

  it('of another machine is taken over when it has been silent', async () => {
    const folder = temporaryFolder();
    await keptIn(folder).kept.save(['a']);
    const [name = ''] = readdirSync(folder);
    const foreign = join(folder, name.replace(/^words-[0-9a-f]{8}/, 'words-00000000'));
    renameSync(join(folder, name), foreign);
    expect(await keptIn(folder).kept.takeOver()).toEqual([]);
    const old = Date.now() / 1000 - 16 * 60;
    utimesSync(foreign, old, old);
    expect(await keptIn(folder).kept.takeOver()).toEqual([['a']]);
  });

  it('is there for the next in the same process, once it is closed', async () => {
    const folder = temporaryFolder();
    const { kept } = keptIn(folder);
    await kept.save(['a']);
    kept.close();
    expect(await keptIn(folder).kept.takeOver()).toEqual([['a']]);
  });
});

describe('saving', () => {
  function saverOver(failing = () => false) {
    const saved: number[] = [];
    const problems: string[] = [];
    let revision = 0;
    const saver = new Saver<number>({
      keeping: {
        takeOver: async () => [],
        save: async (value) => {
          if (failing()) throw new Error('The disk is full.');
          saved.push(value);
        },
      },
      value: () => revision,
      revision: () => revision,
      take: () => {},
      problem: (error) => void problems.push(error.message),
    });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    return {
      saved,
      problems,
      change: () => ++revision,
      beat: async (now: number) => {
        saver.beat(now);
        await settle();
      },
      close: () => saver.close(),
    };
  }

  it('happens every half minute while something changes, now and then while nothing does, and at the end', async () => {
    const { saved, change, beat, close } = saverOver();
    await beat(0);
    expect(saved).toEqual([]);
    for (let now = 1000; now <= 60_000; now += 1000) {
      change();
      await beat(now);
    }
    expect(saved).toEqual([1, 31]);
    await beat(61_000);
    expect(saved).toEqual([1, 31, 60]);
    for (let now = 62_000; now <= 361_000; now += 1000) await beat(now);
    expect(saved).toEqual([1, 31, 60, 60]);
    change();
    await close();
    await close();
    expect(saved).toEqual([1, 31, 60, 60, 61]);
  });

  it('that fails is told and tried again', async () => {
    let full = true;
    const { saved, problems, change, beat } = saverOver(() => full);
    change();
    await beat(0);
    expect(problems).toEqual(['The disk is full.']);
    full = false;
    await beat(30_000);
    expect(saved).toEqual([1]);
  });
});
