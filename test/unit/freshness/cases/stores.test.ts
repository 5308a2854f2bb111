import { describe, expect, it, vi } from 'vitest';
import type { StoreKind } from '../../../../src/cache/stores/open.ts';
import type { FileDatabase, Row } from '../../../../src/cache/stores/store.ts';
import { databaseIn } from '../../../support/database.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { names, read } from './questions.ts';
import { Window } from './window.ts';

vi.setConfig({ testTimeout: 30_000 }); // real stores, on a machine that may be loaded

const KINDS: readonly StoreKind[] = ['sqlite', 'keyv-file'];

describe.each(KINDS)('on %s,', (kind) => {
  const QUESTIONS = {
    a: read('a.txt'),
    b: read('b.txt'),
    ab: read('a.txt', 'b.txt'),
    c: read('c.txt'),
    d: read('d.txt'),
    lib: names('lib'),
  };

  const start = () => {
    const root = temporaryFolder();
    const storage = temporaryFolder();
    for (const name of ['a', 'b', 'd']) write(root, `${name}.txt`, name);
    write(root, 'lib/x.txt', 'x');
    const open = async () =>
      Window.open(root, {
        questions: QUESTIONS,
        database: await databaseIn(storage, kind),
      });
    return {
      root,
      storage,
      open,
      fresh: () => Window.open(root, { questions: QUESTIONS }).then((one) => one.answers()),
    };
  };

  const records = async (database: FileDatabase, namespace: string): Promise<Row[]> => {
    const found: Row[] = [];
    await database.each(namespace, (rows) => void found.push(...rows));
    return found;
  };

  /** Closes the window in a state in which a crash, or somebody, has left the store. */
  const harmed = async (harm: (database: FileDatabase) => Promise<void>) => {
    const { root, storage, open, fresh } = start();
    const before = await open();
    await before.answers();
    write(root, 'a.txt', 'second state');
    await before.answers();
    await before.close();
    const database = await databaseIn(storage, kind);
    await harm(database);
    await database.close();
    const after = await open();
    const answers = await after.answers();
    expect(answers).toEqual(await fresh());
    expect(answers).toMatchObject({ a: 'second state', b: 'b' });
    return after;
  };

  it('case 37: a value without its head, as a crash between the two could leave it, is absent', async () => {
    const after = await harmed(async (database) => {
      const heads = await records(database, 'h');
      await database.commit(heads.map(([key]) => ({ namespace: 'h', key })));
    });
    expect(after.computed).toEqual(Object.keys(QUESTIONS).sort());
  });

  it('case 37: so is a head whose values are those of before', async () => {
    const old = new Map<string, Uint8Array>();
    const after = await harmed(async (database) => {
      for (const [key, value] of await records(database, 'v')) old.set(key, value);
      const [one, other] = [...old.keys()].filter((key) => key.startsWith('case:a#'));
      if (!one || !other) throw new Error('There should be a value for each state of a.txt.');
      await database.commit([
        { namespace: 'v', key: one, value: old.get(other) as Uint8Array },
        { namespace: 'v', key: other, value: old.get(one) as Uint8Array },
      ]);
    });
    expect(after.computed).toEqual(['a']);
    expect(after.problems.length + after.witness.problems.length).toBeGreaterThan(0);
  });

  it('case 37: a record torn at any place is a miss, and told', async () => {
    const after = await harmed(async (database) => {
      for (const namespace of ['h', 'v']) {
        const rows = (await records(database, namespace)).filter(([key]) => /^case:(a|b)(#|$)/.test(key));
        const torn = rows.map(([key, value], i) => ({
          namespace,
          key,
          value: value.slice(0, Math.floor((value.length * (i + 1)) / (rows.length + 1))),
        }));
        await database.commit(torn);
      }
    });
    expect(after.computed).toEqual(['a', 'b']);
    expect(after.problems.length).toBeGreaterThan(0);
  });

  it('case 38: a head whose value is gone is a miss, and told', async () => {
    const after = await harmed(async (database) => {
      const values = (await records(database, 'v')).filter(([key]) => key.startsWith('case:b#'));
      await database.commit(values.map(([key]) => ({ namespace: 'v', key })));
    });
    expect(after.computed).toEqual(['b']);
    expect(after.witness.problems.map(({ error }) => error.message)).toEqual([
      'The value of case:b is missing or does not match its head.',
    ]);
  });

  it('case 39: two windows on one store share what either computed, and neither answers stale', async () => {
    const { root, open, fresh } = start();
    const [one, other] = [await open(), await open()];
    await one.answers();
    await one.settled();
    expect(await other.answers()).toEqual(await fresh());
    // A window with the JSON file reads it when it opens.
    if (kind === 'sqlite') expect(other.computed).toEqual([]);
    for (let i = 0; i < 5; i++) {
      write(root, 'a.txt', `${i}`);
      const [first, second] = i % 2 === 0 ? [one, other] : [other, one];
      first.forget();
      second.forget();
      expect(await first.answers()).toEqual(await fresh());
      expect(first.computed).toEqual(['a', 'ab']);
      await first.settled();
      expect(await second.answers()).toEqual(await fresh());
      if (kind === 'sqlite') expect(second.computed).toEqual([]); // found on the store
    }
    expect([...one.problems, ...other.problems]).toEqual([]);
  });

  it('case 39: two windows that compute one key for two states at once keep both', async () => {
    const { root, open } = start();
    const [one, other] = [await open(), await open()];
    await one.ask('a');
    write(root, 'a.txt', 'branch');
    await Promise.all([other.ask('a'), one.ask('b')]);
    await Promise.all([one.settled(), other.settled()]);
    const third = await open();
    expect((await third.ask('a')).value).toBe('branch');
    write(root, 'a.txt', 'a');
    expect((await third.ask('a')).value).toBe('a');
    expect(third.computed).toEqual([]);
  });
});
