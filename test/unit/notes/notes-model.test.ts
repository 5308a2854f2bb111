import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notebook } from './notebook.ts';

/** Whatever is remembered, edited and recalled in whatever order: the notes are what a map would be. */

const PATHS = ['a.ts', 'src/b.ts', 'src/deep/c.ts'];
const KEYS = ['one', 'two', 'One'];
const key = fc.constantFrom(...KEYS);
const path = fc.constantFrom(...PATHS);
const content = fc.constantFrom('x', 'y', 'long '.repeat(50));

type Step =
  | {
      readonly do: 'remember';
      readonly key: string;
      readonly text: string;
      readonly files: readonly string[];
    }
  | { readonly do: 'forget' | 'restore' | 'recall'; readonly key: string }
  | { readonly do: 'edit' | 'type'; readonly path: string; readonly text: string }
  | { readonly do: 'delete' | 'save'; readonly path: string }
  | { readonly do: 'reopen' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('remember' as const),
    key,
    text: fc.string({ minLength: 1, maxLength: 20 }),
    files: fc.uniqueArray(path),
  }),
  fc.record({ do: fc.constantFrom('forget' as const, 'restore' as const, 'recall' as const), key }),
  fc.record({ do: fc.constantFrom('edit' as const, 'type' as const), path, text: content }),
  fc.record({ do: fc.constantFrom('delete' as const, 'save' as const), path }),
  fc.constant({ do: 'reopen' as const }),
);

interface Modelled {
  readonly text: string;
  readonly files: ReadonlyMap<string, string | undefined>;
}

describe('the notes', () => {
  it('are what a simple model says, after any sequence of steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const sanitiser = { sanitise: async (value: unknown) => ({ value, found: [] }) };
        let time = 1;
        const book = notebook({ 'a.ts': 'x' }, { sanitiser, now: () => time++ });
        let { notes } = book;
        const disk = new Map<string, string>([['a.ts', 'x']]);
        const editors = new Map<string, string>();
        const seen = (file: string) => editors.get(file) ?? disk.get(file);
        const model = new Map<string, Modelled>();
        const forgotten: [string, Modelled][] = [];
        const expected = (name: string) => {
          const note = model.get(name);
          if (!note) return undefined;
          const changed = [...note.files].flatMap(([file, was]) => {
            const is = seen(file);
            if (is === was) return [];
            return [
              { path: file, how: is === undefined ? 'deleted' : was === undefined ? 'created' : 'changed' },
            ];
          });
          return changed.length === 0 ? { stale: false, text: note.text } : { stale: true, changed };
        };
        const check = async (name: string) => {
          const is = await notes.recall(name);
          if (is === undefined) return expect(expected(name)).toBeUndefined();
          const { stale } = is;
          expect(stale ? { stale, changed: is.changed } : { stale, text: is.text }).toEqual(expected(name));
        };
        for (const one of steps) {
          switch (one.do) {
            case 'remember': {
              const { replaced } = await notes.remember({ key: one.key, text: one.text, files: one.files });
              expect(replaced !== undefined).toBe(model.has(one.key));
              const files = [...one.files].sort().map((file) => [file, seen(file)] as const);
              model.set(one.key, { text: one.text, files: new Map(files) });
              break;
            }
            case 'forget': {
              const was = model.get(one.key);
              expect(await notes.forget(one.key)).toBe(was !== undefined);
              if (was) forgotten.push([one.key, was]);
              model.delete(one.key);
              break;
            }
            case 'restore': {
              const at = forgotten.findLastIndex(([name]) => name === one.key);
              if (at < 0) await expect(notes.restore(one.key)).rejects.toMatchObject({ code: 'unknown' });
              else if (model.has(one.key))
                await expect(notes.restore(one.key)).rejects.toMatchObject({ code: 'taken' });
              else {
                await notes.restore(one.key);
                for (const [name, note] of forgotten.splice(at, 1)) model.set(name, note);
              }
              break;
            }
            case 'recall':
              await check(one.key);
              break;
            case 'edit':
              book.write(one.path, one.text);
              disk.set(one.path, one.text);
              break;
            case 'type':
              book.unsaved.set(one.path, () => one.text);
              editors.set(one.path, one.text);
              break;
            case 'save':
              if (editors.has(one.path)) {
                book.write(one.path, editors.get(one.path) ?? '');
                disk.set(one.path, editors.get(one.path) ?? '');
              }
              book.unsaved.remove(one.path);
              editors.delete(one.path);
              break;
            case 'delete':
              if (disk.delete(one.path)) book.remove(one.path);
              break;
            case 'reopen':
              notes = book.open().notes;
              break;
          }
        }
        for (const name of KEYS) await check(name);
        const found = await notes.search({ stale: true });
        expect(found.map((note) => [note.key, note.text]).sort()).toEqual(
          [...model].map(([name, { text }]) => [name, text]).sort(),
        );
        expect(book.problems).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
