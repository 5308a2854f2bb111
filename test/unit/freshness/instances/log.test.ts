import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LogFolder } from '../../../../src/freshness/instances/log-folder.ts';
import { LogReader } from '../../../../src/freshness/instances/log-reader.ts';
import { LogWriter } from '../../../../src/freshness/instances/log-writer.ts';
import { temporaryFolder } from '../../../support/workspace.ts';

const SIZE = 200;

/** As one process has it. */
class Log {
  readonly #reader: LogReader;
  readonly #writer: LogWriter;

  constructor(path: string) {
    const folder = new LogFolder(path);
    this.#reader = new LogReader(folder);
    this.#writer = new LogWriter(folder, SIZE);
  }

  skip = () => this.#reader.skip();
  read = () => this.#reader.read();
  append = (lines: string) => this.#writer.append(lines);
  turn = () => this.#writer.turn();
  close = () => this.#writer.close();
}

async function logs(count: number) {
  const folder = join(temporaryFolder(), 'announcements');
  const all = await Promise.all(
    Array.from({ length: count }, async () => {
      const log = new Log(folder);
      onTestFinished(() => log.close());
      await log.skip();
      return log;
    }),
  );
  return { folder, all: all as [Log, ...Log[]] };
}

const file = (folder: string) =>
  join(folder, `${Math.max(...readdirSync(folder).map((name) => Number.parseInt(name, 10)))}.jsonl`);

it('what one appends the others read, once, in the order in which it was appended', async () => {
  const { all } = await logs(3);
  const [one, other, reader] = all as [Log, Log, Log];
  await one.append('a\nb\n');
  await other.append('c\n');
  expect(await reader.read()).toEqual({ lines: ['a', 'b', 'c'], doubt: undefined });
  expect(await reader.read()).toEqual({ lines: [], doubt: undefined });
  await one.append('d\n');
  expect((await reader.read()).lines).toEqual(['d']);
});

it('what was there before is passed over', async () => {
  const { all, folder } = await logs(1);
  await all[0].append(`${'x'.repeat(500)}\nb\n`);
  const late = new Log(folder);
  await late.skip();
  await all[0].append('c\n');
  expect(await late.read()).toEqual({ lines: ['c'], doubt: undefined });
});

it('through file after file, no reader misses a line, and two files stay', async () => {
  const { all, folder } = await logs(4);
  const writers = all.slice(0, 3);
  const reader = all[3] as Log;
  const read = new Set<string>();
  const expected: string[] = [];
  let turns = 0;
  for (let i = 0; i < 60; i++) {
    await Promise.all(
      writers.map(async (writer, w) => {
        const line = `line ${i} of ${w}`;
        expected.push(line);
        await writer.append(`${line}\n`);
        await writer.turn();
      }),
    );
    const { lines, doubt } = await reader.read();
    expect(doubt).toBeUndefined();
    for (const line of lines) read.add(line);
    turns = Math.max(...readdirSync(folder).map((name) => Number.parseInt(name, 10)));
  }
  expect([...read].sort()).toEqual(expected.sort());
  expect(turns).toBeGreaterThan(5);
  expect(readdirSync(folder).length).toBeLessThanOrEqual(2);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThan(SIZE * 3);
});

it('a line that is written to a file which is not the last any more is written again to the last', async () => {
  const { all, folder } = await logs(3);
  const [slow, fast, reader] = all as [Log, Log, Log];
  await slow.append('first\n'); // it has the file open
  await reader.read();
  writeFileSync(join(folder, '2.jsonl'), '');
  await fast.append('second\n');
  expect(await reader.read()).toEqual({ lines: ['second'], doubt: undefined });
  await slow.append('third\n');
  expect((await reader.read()).lines).toEqual(['third']);
});

it('who was away while one file followed another reads all of it', async () => {
  const { all } = await logs(2);
  const [writer, sleeper] = all as [Log, Log];
  await writer.append(`${'x'.repeat(SIZE)}\n`);
  await writer.turn();
  await writer.append('next\n');
  expect(await sleeper.read()).toEqual({ lines: ['x'.repeat(SIZE), 'next'], doubt: undefined });
});

it('who was away while files went knows that he has missed some', async () => {
  const { all } = await logs(2);
  const [writer, sleeper] = all as [Log, Log];
  for (let i = 0; i < 3; i++) {
    await writer.append(`${'x'.repeat(SIZE)}\n`);
    await writer.turn();
  }
  expect((await sleeper.read()).doubt).toContain('was removed');
  await writer.append('next\n');
  expect(await sleeper.read()).toEqual({ lines: ['next'], doubt: undefined });
});

it.each<[string, (path: string, folder: string) => void]>([
  ['deleted', (path) => rmSync(path)],
  ['deleted with its folder', (_, folder) => rmSync(folder, { recursive: true })],
  ['cut off', (path) => truncateSync(path, 2)],
  ['cut off and grown again', (path) => writeFileSync(path, `${'y'.repeat(7)}\n${'z'.repeat(30)}\n`)],
  ['written anew, and longer than before', (path) => writeFileSync(path, 'line 1\nline 2\n'.repeat(20))],
  [
    'replaced by another',
    (path) => {
      writeFileSync(`${path}.new`, `${readFileSync(path, 'utf8')}more\n`);
      renameSync(`${path}.new`, path);
    },
  ],
  [
    'deleted and begun anew',
    (path) => {
      rmSync(path);
      writeFileSync(path, 'line 1\nline 2\n');
    },
  ],
  [
    'gone and followed by another',
    (path, folder) => {
      rmSync(path);
      writeFileSync(join(folder, '7.jsonl'), 'x\n');
    },
  ],
])('a file that is %s is a doubt, once, and is read on after it', async (_, harm) => {
  const { all, folder } = await logs(2);
  const [writer, reader] = all as [Log, Log];
  await writer.append('line 1\nline 2\n');
  await reader.read();
  harm(file(folder), folder);
  expect((await reader.read()).doubt).toBeDefined();
  expect(await reader.read()).toEqual({ lines: [], doubt: undefined });
  await writer.append('later\n');
  expect(await reader.read()).toEqual({ lines: ['later'], doubt: undefined });
});

it('a line that is not finished is read when it is', async () => {
  const { all, folder } = await logs(1);
  const [reader] = all;
  appendFileSync(file(folder), 'one\nha');
  expect(await reader.read()).toEqual({ lines: ['one'], doubt: undefined });
  appendFileSync(file(folder), 'lf\n');
  expect(await reader.read()).toEqual({ lines: ['half'], doubt: undefined });
});

it('a line that is not finished when the next file begins is a doubt', async () => {
  const { all, folder } = await logs(1);
  const [reader] = all;
  appendFileSync(file(folder), 'one\nha');
  writeFileSync(join(folder, '2.jsonl'), 'two\n');
  const { lines, doubt } = await reader.read();
  expect(lines).toEqual(['one']);
  expect(doubt).toContain('middle of a line');
});

it('more than can be read at once is a doubt', async () => {
  const { all, folder } = await logs(1);
  const [reader] = all;
  appendFileSync(file(folder), `${'x'.repeat(5 << 20)}\n`);
  expect((await reader.read()).doubt).toContain('unread');
  expect(await reader.read()).toEqual({ lines: [], doubt: undefined });
});

it('where nobody has ever said anything there is no doubt', async () => {
  const folder = join(temporaryFolder(), 'announcements');
  const log = new Log(folder);
  expect(await log.read()).toEqual({ lines: [], doubt: undefined });
  mkdirSync(folder);
  expect(await log.read()).toEqual({ lines: [], doubt: undefined });
});
