import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { notebook, realSanitiser } from './notebook.ts';

const { get } = realSanitiser();
const FILES = { 'src/a.ts': 'export const a = 1;\n', 'src/b.ts': 'export const b = 2;\n' };
const book = (limits = {}) => notebook(FILES, { sanitiser: get(), limits });

describe('a note', () => {
  it('comes back as it was given while its files are as they were', async () => {
    const { notes } = book();
    const before = Date.now();
    const remembered = await notes.remember({
      key: 'about a & b',
      text: 'a is one, b is two',
      files: ['src/b.ts', 'src/a.ts', 'src/b.ts'],
      tags: ['summary', 'a'],
      agent: 'reviewer',
    });
    expect(remembered).toEqual({
      key: 'about a & b',
      rememberedAt: expect.any(Number),
      files: ['src/a.ts', 'src/b.ts'],
      absent: [],
    });
    expect(remembered.rememberedAt).toBeGreaterThanOrEqual(before);
    expect(await notes.recall('about a & b')).toEqual({
      key: 'about a & b',
      stale: false,
      text: 'a is one, b is two',
      tags: ['a', 'summary'],
      agent: 'reviewer',
      files: ['src/a.ts', 'src/b.ts'],
      rememberedAt: remembered.rememberedAt,
    });
    expect(await notes.recall('another')).toBeUndefined();
  });

  it('gives way to the word which files changed, and its text only to those who ask for it', async () => {
    const { notes, write, remove } = book();
    const files = ['src/a.ts', 'src/b.ts', 'src/none.ts'];
    const { absent } = await notes.remember({ key: 'k', text: 'old', files });
    expect(absent).toEqual(['src/none.ts']);
    write('src/a.ts', 'export const a = 3;\n');
    remove('src/b.ts');
    write('src/none.ts', '');
    const stale = {
      key: 'k',
      stale: true,
      changed: [
        { path: 'src/a.ts', how: 'changed' },
        { path: 'src/b.ts', how: 'deleted' },
        { path: 'src/none.ts', how: 'created' },
      ],
      tags: [],
      rememberedAt: expect.any(Number),
    };
    expect(await notes.recall('k')).toEqual(stale);
    expect(await notes.recall('k', { stale: true })).toEqual({ ...stale, text: 'old' });
    expect(await notes.search({ query: 'old' })).toEqual([stale]);
    expect(await notes.search({ query: 'old', stale: true })).toEqual([{ ...stale, text: 'old' }]);
  });

  it('is true again when its files are as they were again', async () => {
    const { notes, write, remove } = book();
    await notes.remember({ key: 'k', text: 't', files: ['src/a.ts', 'new.ts'] });
    write('src/a.ts', 'changed');
    write('new.ts', '');
    expect(await notes.recall('k')).toMatchObject({ stale: true });
    write('src/a.ts', FILES['src/a.ts']);
    expect(await notes.recall('k')).toMatchObject({ changed: [{ path: 'new.ts', how: 'created' }] });
    remove('new.ts');
    expect(await notes.recall('k')).toMatchObject({ stale: false, text: 't' });
  });

  it('sees an edit of the same size that follows at once', async () => {
    const { notes, write } = book();
    for (let i = 0; i < 20; i++) {
      write('src/a.ts', `state ${i % 2}`);
      await notes.remember({ key: 'k', text: 't', files: ['src/a.ts'] });
      write('src/a.ts', `state ${(i + 1) % 2}`);
      expect(await notes.recall('k')).toMatchObject({ stale: true });
    }
  });

  it('counts text that is not saved', async () => {
    const { notes, unsaved, write } = book();
    await notes.remember({ key: 'saved', text: 't', files: ['src/a.ts'] });
    unsaved.set('src/a.ts', () => 'being written');
    expect(await notes.recall('saved')).toMatchObject({ changed: [{ path: 'src/a.ts', how: 'changed' }] });
    await notes.remember({ key: 'unsaved', text: 't', files: ['src/a.ts'] });
    expect(await notes.recall('unsaved')).toMatchObject({ stale: false });
    write('src/a.ts', 'being written');
    unsaved.remove('src/a.ts');
    expect(await notes.recall('unsaved')).toMatchObject({ stale: false });
    unsaved.set('src/a.ts', () => FILES['src/a.ts']);
    expect(await notes.recall('saved')).toMatchObject({ stale: false });
    expect(await notes.recall('unsaved')).toMatchObject({ stale: true });
  });

  it('without files stays true', async () => {
    const { notes } = book();
    await notes.remember({ key: 'decision', text: 'tabs' });
    expect(await notes.recall('decision')).toMatchObject({ stale: false, files: [] });
  });

  it('takes the place of the one before, and says so', async () => {
    const { notes } = book();
    const first = await notes.remember({ key: 'k', text: 'one', agent: 'a' });
    const second = await notes.remember({ key: 'k', text: 'two' });
    expect(second.replaced).toEqual({ rememberedAt: first.rememberedAt, agent: 'a' });
    expect(await notes.recall('k')).toMatchObject({ text: 'two' });
    expect((await notes.list()).total).toBe(1);
  });

  it('can be told from every other one by its key alone', async () => {
    const { notes, storage } = book();
    const keys = [
      'a b',
      'a-b',
      'A-b',
      'ä',
      'a',
      '../a',
      '/etc/passwd',
      'CON',
      '日本',
      '.',
      ' ',
      'x'.repeat(400),
    ];
    for (const key of keys) await notes.remember({ key, text: `of ${key}` });
    for (const key of keys) expect(await notes.recall(key)).toMatchObject({ key, text: `of ${key}` });
    expect(readdirSync(storage)).toEqual(['notes']);
    expect(readdirSync(join(storage, 'notes'))).toHaveLength(keys.length);
  });

  it('is a file that people can read', async () => {
    const { notes, storage } = book();
    await notes.remember({ key: 'module a', text: 'one\ntwo', files: ['src/a.ts'], tags: ['t'] });
    const [name = ''] = readdirSync(join(storage, 'notes'));
    expect(name).toMatch(/^module-a-[\w-]{22}\.json$/);
    const text = readFileSync(join(storage, 'notes', name), 'utf8');
    expect(text.split('\n')).toContain('  "key": "module a",');
    expect(JSON.parse(text)).toMatchObject({ text: 'one\ntwo', files: [{ path: 'src/a.ts', kind: 'file' }] });
  });

  it.each([
    ['../x', /"\.\."/],
    ['/etc/passwd', /absolute/],
    ['src\\a.ts', /backslash/],
    ['src', /is a folder: name the files in it/],
    ['./src/a.ts', /clean workspace path/],
    ['out', /leads out of the workspace/],
  ])('does not rest on %s', async (path, why) => {
    const { notes, root } = book();
    symlinkSync('/etc/hostname', join(root, 'out'));
    await expect(notes.remember({ key: 'k', text: 't', files: [path] })).rejects.toThrow(why);
    expect(await notes.recall('k')).toBeUndefined();
  });

  it.each([
    [{ key: '', text: 't' }, /key must not be empty/],
    [{ key: 'x'.repeat(401), text: 't' }, /400 characters/],
    [{ key: 'a\nb', text: 't' }, /control characters/],
    [{ key: 'half \ud800', text: 't' }, /control characters/],
    [{ key: 'k', text: '' }, /text must not be empty/],
    [{ key: 'k', text: 5 }, /text is a text/],
    [{ key: 'k', text: 't', tags: [''] }, /tag must not be empty/],
    [{ key: 'k', text: 't', file: 'a' }, /file/],
  ])('is refused as %j', async (input, why) => {
    const { notes } = book();
    const refused = notes.remember(input as never);
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toMatchObject({ name: 'NotesError', code: 'invalid' });
  });
});

describe('the bounds of notes', () => {
  it('are named by the error, and nothing is cut', async () => {
    const { notes } = book({ notes: 2, textBytes: 10, files: 2, tags: 1 });
    const refused = (input: object, why: RegExp) =>
      expect(notes.remember({ key: 'k', text: 't', ...input })).rejects.toThrow(why);
    await refused({ text: 'ä'.repeat(6) }, /12 are too many bytes for the text of a note: 10 at the most/);
    await refused({ files: ['a', 'b', 'c'] }, /3 are too many files for one note: 2 at the most/);
    await refused({ tags: ['a', 'b'] }, /2 are too many tags for one note: 1 at the most/);
    expect(await notes.recall('k')).toBeUndefined();
    await notes.remember({ key: 'k', text: 'ä'.repeat(5), files: ['a', 'b'], tags: ['a'] });
    await notes.remember({ key: 'l', text: 't' });
    const full = notes.remember({ key: 'm', text: 't' });
    await expect(full).rejects.toThrow('There are 2 notes, 2 at the most: forget some first.');
    await expect(full).rejects.toMatchObject({ code: 'full' });
    await notes.remember({ key: 'k', text: 'again' }); // takes no further place
    await notes.forget('l');
    await notes.remember({ key: 'm', text: 't' });
    await expect(notes.restore('l')).rejects.toThrow(/2 at the most/);
  });

  it('let the largest note be read again', async () => {
    const { notes } = book();
    const files = Array.from({ length: 256 }, (_, i) => `${i}-${'日'.repeat(1000)}`);
    const tags = Array.from({ length: 32 }, (_, i) => `${i}`.padStart(100, '日'));
    const text = '\u0001'.repeat(64 * 1024);
    await notes.remember({ key: '日'.repeat(400), text, files, tags });
    expect(await notes.recall('日'.repeat(400))).toMatchObject({ stale: false, text });
  });
});

describe('forgetting', () => {
  it('takes the note away until it is restored', async () => {
    const { notes, write } = book();
    await notes.remember({ key: 'k', text: 'one', files: ['src/a.ts'] });
    expect(await notes.forget('k')).toBe(true);
    expect(await notes.forget('k')).toBe(false);
    expect(await notes.recall('k')).toBeUndefined();
    expect((await notes.list()).total).toBe(0);
    expect(await notes.restore('k')).toMatchObject({ stale: false, text: 'one' });
    expect(await notes.recall('k')).toMatchObject({ text: 'one' });
    await notes.forget('k');
    write('src/a.ts', 'changed');
    expect(await notes.restore('k')).toMatchObject({ stale: true });
  });

  it('restores the last one of a key, over no other note', async () => {
    let time = 1000;
    const { notes } = notebook(FILES, { sanitiser: get(), now: () => time++ });
    for (const text of ['one', 'two']) {
      await notes.remember({ key: 'k', text });
      await notes.forget('k');
    }
    await notes.remember({ key: 'k', text: 'three' });
    await expect(notes.restore('k')).rejects.toMatchObject({ code: 'taken' });
    expect(await notes.recall('k')).toMatchObject({ text: 'three' });
    await notes.forget('k');
    expect(await notes.restore('k')).toMatchObject({ text: 'three' });
  });

  it('is for good when so many others were forgotten since', async () => {
    let time = 1000;
    const { notes } = notebook(FILES, { sanitiser: get(), limits: { forgotten: 2 }, now: () => time++ });
    for (const key of ['a', 'b', 'c']) {
      await notes.remember({ key, text: key });
      await notes.forget(key);
    }
    await expect(notes.restore('a')).rejects.toMatchObject({ code: 'unknown' });
    await notes.restore('b');
    await notes.restore('c');
  });
});

describe('looking for notes', () => {
  it('finds them by words of the key, the tags and the text, the best and those that are true first', async () => {
    const { notes, write } = book();
    await notes.remember({ key: 'outline', text: 'How the outline of a file is made', files: ['src/a.ts'] });
    await notes.remember({ key: 'tools', text: 'The outlineTool calls the runner once for each file' });
    await notes.remember({ key: 'other', text: 'Nothing of the kind, but a file', tags: ['misc'] });
    const keys = async (query: string) => (await notes.search({ query })).map(({ key }) => key);
    expect(await keys('outline')).toEqual(['outline', 'tools']);
    expect(await keys('OUTLINE?')).toEqual(['outline', 'tools']);
    expect(await keys('run')).toEqual(['tools']);
    expect(await keys('misc')).toEqual(['other']);
    expect(await keys('absent')).toEqual([]);
    expect((await keys('outline file')).slice(0, 2)).toEqual(['outline', 'tools']);
    write('src/a.ts', 'changed');
    expect(await keys('outline')).toEqual(['tools', 'outline']);
  });

  it('keeps to tags and to the limit', async () => {
    let time = 1000;
    const { notes } = notebook(FILES, { sanitiser: get(), now: () => time++ });
    for (let i = 0; i < 15; i++) {
      const tags = [i % 2 ? 'odd' : 'even', ...(i % 3 ? [] : ['third'])];
      await notes.remember({ key: `n${i}`, text: 'same words', tags });
    }
    expect((await notes.search({ query: 'words' })).map(({ key }) => key)).toEqual(
      Array.from({ length: 10 }, (_, i) => `n${14 - i}`),
    );
    const third = await notes.search({ tags: ['odd', 'third'] });
    expect(third.map(({ key }) => key)).toEqual(['n9', 'n3']);
    expect(await notes.search({ query: 'same', limit: 3 })).toHaveLength(3);
    await expect(notes.search({ limit: 1000 })).rejects.toThrow(/limit/);
  });

  it('lists them without their texts, the newest first, with what is out of date', async () => {
    let time = 1000;
    const { notes, write } = notebook(FILES, { sanitiser: get(), now: () => time++ });
    await notes.remember({ key: 'old', text: 't', files: ['src/a.ts'], agent: 'me' });
    await notes.remember({ key: 'new', text: 't', tags: ['x'] });
    write('src/a.ts', 'changed');
    expect(await notes.list()).toEqual({
      notes: [
        { key: 'new', tags: ['x'], rememberedAt: 1001, stale: false, files: 0 },
        { key: 'old', tags: [], agent: 'me', rememberedAt: 1000, stale: true, files: 1 },
      ],
      total: 2,
    });
    expect(await notes.list(1)).toMatchObject({ notes: [{ key: 'new' }], total: 2 });
  });

  it('sees at once what another process has written', async () => {
    const { notes, open } = book();
    const { notes: theirs } = open();
    for (let i = 0; i < 30; i++) {
      await theirs.remember({ key: 'k', text: `word${i}` });
      expect(await notes.search({ query: `word${i}` })).toMatchObject([{ text: `word${i}` }]);
    }
    await theirs.forget('k');
    expect(await notes.search({})).toEqual([]);
  });
});

describe('files that are no notes', () => {
  it('are told once, skipped and left as they are', async () => {
    const { notes, storage, problems } = book();
    await notes.remember({ key: 'k', text: 'mine' });
    const folder = join(storage, 'notes');
    const [mine = ''] = readdirSync(folder);
    const garbage = { 'torn.json': '{"format":1,', 'other.json': '{"format":2}', 'README.md': 'hello' };
    for (const [name, text] of Object.entries(garbage)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'copy.json'), readFileSync(join(folder, mine)));
    mkdirSync(join(folder, 'folder.json'));
    for (let i = 0; i < 2; i++) {
      expect(await notes.search({ query: 'mine' })).toMatchObject([{ key: 'k' }]);
      expect((await notes.list()).total).toBe(1);
    }
    expect(problems).toHaveLength(5);
    for (const name of [...Object.keys(garbage), 'copy.json', 'folder.json'])
      expect(problems.filter((problem) => problem.includes(name))).toHaveLength(1);
    for (const [name, text] of Object.entries(garbage))
      expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  });

  it('but were left by killed processes are cleaned up when they are old', async () => {
    const { open, storage, problems } = book();
    await open().notes.remember({ key: 'k', text: 't' });
    const [old, young] = ['old.json.1.tmp', 'young.json.2.tmp'].map((name) => join(storage, 'notes', name));
    for (const file of [old, young]) writeFileSync(file ?? '', 'half');
    const long = new Date(Date.now() - 120_000);
    utimesSync(old ?? '', long, long);
    const { notes } = open();
    expect((await notes.list()).total).toBe(1);
    await notes.remember({ key: 'k', text: 't' });
    expect(readdirSync(join(storage, 'notes')).filter((name) => name.endsWith('.tmp'))).toEqual([
      'young.json.2.tmp',
    ]);
    expect(problems).toEqual([]);
  });

  it('give way to a note, but are kept aside', async () => {
    const { notes, storage, problems } = book();
    await notes.remember({ key: 'k', text: 'first' });
    const folder = join(storage, 'notes');
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), 'torn');
    expect(await notes.recall('k')).toBeUndefined();
    expect(problems).toHaveLength(1);
    const { replaced } = await notes.remember({ key: 'k', text: 'second' });
    expect(replaced).toBeUndefined();
    expect(await notes.recall('k')).toMatchObject({ text: 'second' });
    expect(readFileSync(join(folder, `${name}.unreadable`), 'utf8')).toBe('torn');
  });

  it('do not take the place of a note in a folder that was moved', async () => {
    const { notes, storage, open } = book();
    await notes.remember({ key: 'k', text: 'mine' });
    renameSync(join(storage, 'notes'), join(storage, 'away'));
    expect(await notes.recall('k')).toBeUndefined();
    renameSync(join(storage, 'away'), join(storage, 'notes'));
    expect(await open().notes.recall('k')).toMatchObject({ text: 'mine' });
  });
});

describe('what was computed from a note', () => {
  it('goes when the note is remembered, forgotten or restored, and nothing else does', async () => {
    const { notes, workspace } = book();
    let computed = 0;
    const ask = async (key: string) => {
      const { value } = await workspace.getOrCompute(`test:${key}`, async (context) => {
        context.topic(`memory:${key}`);
        computed++;
        const note = await notes.recall(key);
        return note && !note.stale ? note.text : 'nothing';
      });
      return value;
    };
    expect([await ask('k'), await ask('other'), await ask('k'), computed]).toEqual([
      'nothing',
      'nothing',
      'nothing',
      2,
    ]);
    await notes.remember({ key: 'k', text: 'one' });
    expect([await ask('k'), await ask('other'), computed]).toEqual(['one', 'nothing', 3]);
    await notes.forget('k');
    expect([await ask('k'), computed]).toEqual(['nothing', 4]);
    await notes.restore('k');
    expect([await ask('k'), computed]).toEqual(['one', 5]);
  });

  it('does not come back by an undo', async () => {
    const { notes, workspace } = book();
    let computed = 0;
    const ask = async () => {
      const { value } = await workspace.getOrCompute('test:k', async (context) => {
        context.topic('memory:k');
        return ++computed;
      });
      return value;
    };
    await notes.remember({ key: 'k', text: 'one' });
    expect(await ask()).toBe(1);
    await notes.remember({ key: 'k', text: 'two' });
    expect(workspace.undos()).toEqual([]);
    await expect(workspace.undo()).rejects.toThrow();
    expect(await ask()).toBe(2);
  });

  it('leaves nothing to undo when nothing rests on the note', async () => {
    const { notes, workspace } = book();
    for (let i = 0; i < 30; i++) await notes.remember({ key: `k${i}`, text: 't' });
    expect(workspace.undos()).toEqual([]);
  });
});
