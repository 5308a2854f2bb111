import { expect, it } from 'vitest';
import {
  bumpsAfter,
  decodeLog,
  encodeEntries,
  encodeLog,
  lastPlace,
  trimLog,
} from '../../../src/cache/shared/memcached-log.ts';

const entry = (name: string) => ({ id: `id of ${name}`, name, cause: 'why\n"' });
const log = (...names: string[]) => ({ line: 'line-1', floor: 100, entries: names.map(entry) });

it('reads what it wrote, and what was appended since', () => {
  const bytes = Buffer.concat([encodeLog(log('a', 'b\n')), encodeEntries([entry('ключ\0')])]);
  expect(decodeLog(bytes)).toEqual(log('a', 'b\n', 'ключ\0'));
});

it('gives each bump the place after the last', () => {
  const own = log('a', 'b', 'c');
  expect(lastPlace(own)).toBe(103);
  expect(bumpsAfter(own, 101).map(({ name, at }) => [name, at])).toEqual([
    ['b', 102],
    ['c', 103],
  ]);
  expect(bumpsAfter(own, 0)).toHaveLength(3);
  expect(bumpsAfter(own, 103)).toEqual([]);
});

it('keeps the places of the newer half when it is trimmed', () => {
  const own = log('a', 'b', 'c');
  const trimmed = trimLog(own);
  expect(trimmed.floor).toBe(102);
  expect(bumpsAfter(trimmed, 0)).toEqual(bumpsAfter(own, 102));
  expect(lastPlace(trimmed)).toBe(lastPlace(own));
});

it('takes an entry that cannot be read for one that may have meant anything', () => {
  const bytes = encodeLog(log('a', 'b')).toString().replace('"b"', '"x"');
  for (const harmed of [
    bytes,
    `${encodeLog(log('a'))}nonsense\n`,
    `${encodeLog(log('a'))}1234 {"name":1}\n`,
    `${encodeLog(log('a'))}\n`,
  ])
    expect(decodeLog(Buffer.from(harmed))?.entries.map(({ name }) => name)).toEqual(['a', '*']);
});

it.each(['', 'foreign', 'agent-cache 2 l 1\n', 'agent-cache 1  1\n', 'agent-cache 1 l 99999999999999999\n'])(
  'takes %j for no log',
  (text) => {
    expect(decodeLog(Buffer.from(text))).toBeUndefined();
  },
);
