import { appendFileSync, renameSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFiles } from '../../../../src/answers/transcripts/find-files.ts';
import { FollowedFile, readingBuffer } from '../../../../src/answers/transcripts/followed-file.ts';
import type { RowReader } from '../../../../src/answers/transcripts/request.ts';
import { LONGEST_ROW } from '../../../../src/answers/transcripts/split.ts';
import { Slices } from '../../../../src/cache/slices.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';

interface Row {
  readonly n: number;
}

/** Remembers the rows that it is given since the file was begun anew. */
function followed(path: string, kind: 'lines' | 'document' = 'lines') {
  let rows: number[] = [];
  let skipped = 0;
  const reader = (): RowReader => {
    rows = [];
    skipped = 0;
    return {
      record: { requests: [], skipped: 0, left: 0, titles: new Map(), tellsReads: false },
      wants: () => true,
      take: (row) => rows.push((row as Row).n) > 0,
      skip: () => void skipped++,
    };
  };
  const file = new FollowedFile({ path, kind, reader });
  const tally = { bytes: 0, opened: 0, held: 0 };
  const read = async (signal = new AbortController().signal) => {
    tally.bytes = 0;
    await file.read(statSync(path), { buffer: readingBuffer(), slices: new Slices(), signal, tally });
    return { rows, skipped, ...tally };
  };
  return { read };
}

const row = (n: number, more = '') => `${JSON.stringify({ n, more })}\n`;

describe('a file that is followed', () => {
  it('is read once, and then only where it has grown', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, row(1) + row(2, 'x'.repeat(5000)));
    const { read } = followed(path);
    expect((await read()).rows).toEqual([1, 2]);
    appendFileSync(path, row(3));
    const { rows, bytes } = await read();
    expect(rows).toEqual([1, 2, 3]);
    expect(bytes).toBe(256 + row(3).length);
  });

  it('has no row twice and none lost, wherever a row that is being written is cut off', async () => {
    const text = Buffer.from(row(1) + row(2, 'ä€𝄞') + row(3));
    for (let cut = 0; cut <= text.length; cut++) {
      const path = join(temporaryFolder(), 'a.jsonl');
      writeFileSync(path, text.subarray(0, cut));
      const { read } = followed(path);
      await read();
      appendFileSync(path, text.subarray(cut));
      const { rows, skipped } = await read();
      expect([cut, rows, skipped]).toEqual([cut, [1, 2, 3], 0]);
    }
  });

  it('is read anew when it was shortened, replaced, or written anew in its place', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, row(1) + row(2));
    const { read } = followed(path);
    await read();
    truncateSync(path, row(1).length);
    expect((await read()).rows).toEqual([1]);
    writeFileSync(`${path}.new`, row(4) + row(5) + row(6));
    renameSync(`${path}.new`, path);
    expect((await read()).rows).toEqual([4, 5, 6]);
    writeFileSync(path, row(7) + row(8) + row(9) + row(10));
    expect((await read()).rows).toEqual([7, 8, 9, 10]);
  });

  it('may begin with a byte order mark and have Windows line ends, blank rows and garbage', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, `\uFEFF{"n":1}\r\n\r\n \n{"n":2}\r\n\0\0\0\n[3]\n{"n":}\nnull\n{"n":4} `);
    const { rows, skipped } = await followed(path).read();
    expect(rows).toEqual([1, 2, 4]);
    expect(skipped).toBe(4);
  });

  it('leaves out a row that is too long, counts it once, and holds no more of it than its bound', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, row(1) + row(2, 'x'.repeat(3 * LONGEST_ROW)).trimEnd());
    const { read } = followed(path);
    const first = await read();
    expect(first).toMatchObject({ rows: [1], skipped: 1 });
    expect(first.held).toBeLessThanOrEqual(LONGEST_ROW);
    appendFileSync(path, `still the same\n${row(3)}`);
    const second = await read();
    expect(second).toMatchObject({ rows: [1, 3], skipped: 1 });
    expect(second.bytes).toBeLessThan(1000); // not the long row again
  });

  it('goes on where it was when reading was aborted', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, row(1));
    const { read } = followed(path);
    await read();
    appendFileSync(path, row(2));
    await expect(read(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect((await read()).rows).toEqual([1, 2]);
  });

  it('can be a document: objects in its array, or in an array that is a member of it', async () => {
    const rows = [1, 2, 3].map((n) => ({ n, text: '}]{["\\', inner: [{ n: 9 }, { deep: [{}] }] }));
    for (const document of [rows, { version: 1, list: rows, more: { list: [{ n: 8 }] } }]) {
      const path = join(temporaryFolder(), 'a.json');
      const text = JSON.stringify(document, undefined, 1);
      writeFileSync(path, text);
      const { read } = followed(path, 'document');
      expect((await read()).rows).toEqual([1, 2, 3]);
      writeFileSync(path, text.slice(0, text.lastIndexOf('"n": 3')));
      expect((await read()).rows).toEqual([1, 2]);
    }
  });
});

describe('files of a place', () => {
  const place = (folder: string) => ({ folder, pattern: [/^[^.]/, '**', /\.jsonl$/] as const });
  const { signal } = new AbortController();

  it('are found at every depth, but not behind links', async () => {
    const folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    write(elsewhere, 'x/secret.jsonl', '');
    for (const file of ['p/a.jsonl', 'p/s/subagents/b.jsonl', 'p/c.txt', 'd.jsonl']) write(folder, file, '');
    symlinkSync(join(elsewhere, 'x'), join(folder, 'p', 'folder-link'));
    symlinkSync(join(elsewhere, 'x', 'secret.jsonl'), join(folder, 'p', 'file-link.jsonl'));
    const found = await findFiles(place(folder), signal);
    expect(found.map(({ path }) => path.slice(folder.length)).sort()).toEqual([
      '/p/a.jsonl',
      '/p/s/subagents/b.jsonl',
    ]);
  });

  it('are not read through a link that took their place meanwhile', async () => {
    const folder = temporaryFolder();
    write(folder, 'real.jsonl', row(1));
    symlinkSync(join(folder, 'real.jsonl'), join(folder, 'a.jsonl'));
    await expect(followed(join(folder, 'a.jsonl')).read()).rejects.toThrow(/ELOOP/);
  });

  it('are none where there is no folder', async () => {
    expect(await findFiles(place('/nowhere'), signal)).toEqual([]);
  });
});
