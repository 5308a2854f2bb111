import { expect, it } from 'vitest';
import { type Change, Journal } from '../../../src/cache/stores/keyv-file-journal.ts';
import type { FileRecord } from '../../../src/cache/stores/keyv-file-record.ts';
import { Random } from '../../support/fuzz/random.ts';

type Records = Map<string, FileRecord>;

/** What memory has to hold: the file, and upon it in order all that was not saved. */
class Model {
  file: Records = new Map();
  readonly unsaved: { turn: number; changes: readonly Change[]; cleared?: string }[] = [];

  now(): { records: Records; unmet: Set<Change['onlyIf']> } {
    const records = new Map(this.file);
    const unmet = new Set<Change['onlyIf']>();
    for (const { changes, cleared } of this.unsaved) {
      for (const { onlyIf } of changes) {
        if (!onlyIf) continue;
        const text = onlyIf.value && Buffer.from(onlyIf.value).toString('base64');
        if (records.get(`${onlyIf.namespace}:${onlyIf.key}`)?.value !== text) unmet.add(onlyIf);
      }
      if (cleared) for (const name of [...records.keys()]) if (name.startsWith(cleared)) records.delete(name);
      for (const { name, record, onlyIf } of changes) {
        if (onlyIf && unmet.has(onlyIf)) continue;
        if (record) records.set(name, record);
        else records.delete(name);
      }
    }
    return { records, unmet };
  }
}

it('holds the file and what is not saved upon it, whatever fails and whoever else saves', () => {
  for (let seed = 0; seed < 400; seed++) {
    const random = new Random(seed);
    const records: Records = new Map();
    const journal = new Journal(records, (name, record) => {
      if (record) records.set(name, record);
      else records.delete(name);
    });
    const model = new Model();
    const text = () => random.pick(['1', '2', '3']);
    const record = (): FileRecord => ({ value: btoa(text()) });
    const key = () => random.pick(['a', 'b', 'c']);
    let turn = 0;
    let saving: { turn: number; content: Records } | undefined;
    const results: { unmet: ReadonlySet<unknown>; onlyIf: Change['onlyIf']; turn: number }[] = [];
    for (let step = 0; step < 40; step++) {
      const what = random.weighted({ write: 40, clear: 5, take: 15, saved: 15, failed: 10, merge: 15 });
      if (what === 'write') {
        const condition = {
          namespace: 'h',
          key: key(),
          value: random.chance(0.3) ? undefined : Buffer.from(text()),
        };
        const onlyIf = random.chance(0.6) ? condition : undefined;
        const changes = Array.from({ length: 1 + random.below(3) }, (): Change => {
          const free = random.chance(0.3);
          const name = `${random.pick(['h', 'v'])}:${key()}`;
          return {
            name,
            record: random.chance(0.25) ? undefined : record(),
            onlyIf: free ? undefined : onlyIf,
          };
        });
        const { unmet, changed } = journal.write(changes);
        if (changed) model.unsaved.push({ turn, changes });
        if (changed && changes.some((change) => change.onlyIf)) results.push({ unmet, onlyIf, turn });
      } else if (what === 'clear') {
        journal.clear('h:');
        model.unsaved.push({ turn, changes: [], cleared: 'h:' });
      } else if (what === 'take' && !saving) {
        saving = { turn: journal.take(), content: new Map(records) };
        expect(saving.turn).toBe(turn++);
      } else if (saving && (what === 'saved' || what === 'failed')) {
        const ended = saving;
        saving = undefined;
        const { unmet } = model.now();
        if (what === 'saved') {
          model.file = ended.content;
          journal.saved(ended.turn);
          for (const one of results.filter((result) => result.turn <= ended.turn)) {
            expect(one.unmet.has(one.onlyIf)).toBe(unmet.has(one.onlyIf));
          }
        } else journal.failed(ended.turn);
        model.unsaved.splice(0, model.unsaved.filter((one) => one.turn <= ended.turn).length);
        results.splice(0, results.filter((result) => result.turn <= ended.turn).length);
      } else if (what === 'merge' && !saving) {
        model.file = new Map(
          ['h:a', 'h:b', 'v:c'].filter(() => random.chance(0.6)).map((name) => [name, record()]),
        );
        journal.merge(model.file);
      }
      expect(Object.fromEntries(records), `seed ${seed}, step ${step}, ${what}`).toEqual(
        Object.fromEntries(model.now().records),
      );
    }
  }
});
