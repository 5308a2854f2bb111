import { crc32 } from 'node:zlib';
import * as z from 'zod';
import type { Bump } from './shared-store.ts';

/**
 * The invalidations of a project in one record to which Memcached can append: a first line
 * `agent-cache 1 <line> <floor>`, then a line per bump, `<CRC-32> <JSON>`. The first bump is at the
 * place after the floor, each further one at the next.
 */
export interface Log {
  readonly line: string;
  readonly floor: number;
  readonly entries: readonly LogEntry[];
}

export interface LogEntry {
  /** Names this very entry, for the instance that wrote it to find it again. */
  readonly id: string;
  readonly name: string;
  readonly cause: string;
}

const HEADER = /^agent-cache 1 ([\w-]{1,64}) (\d{1,16})$/;
const entrySchema = z.object({ id: z.string(), name: z.string(), cause: z.string() });

/** What an entry that cannot be read may have meant: anything. */
const UNREADABLE: LogEntry = { id: '', name: '*', cause: 'an invalidation that cannot be read' };

export function encodeLog({ line, floor, entries }: Log): Buffer {
  return Buffer.concat([Buffer.from(`agent-cache 1 ${line} ${floor}\n`), encodeEntries(entries)]);
}

export function encodeEntries(entries: readonly LogEntry[]): Buffer {
  const lines = entries.map((entry) => {
    const json = JSON.stringify(entry);
    return `${crc32(json)} ${json}\n`;
  });
  return Buffer.from(lines.join(''));
}

/** Undefined for what is no log. */
export function decodeLog(bytes: Buffer): Log | undefined {
  const [header = '', ...lines] = bytes.toString().split('\n');
  const [, line, floor] = HEADER.exec(header) ?? [];
  const place = Number(floor);
  if (line === undefined || !Number.isSafeInteger(place)) return undefined;
  if (lines.at(-1) === '') lines.pop();
  return { line, floor: place, entries: lines.map(decodeEntry) };
}

export function lastPlace({ floor, entries }: Log): number {
  return floor + entries.length;
}

/** The bumps after a place. */
export function bumpsAfter({ floor, entries }: Log, place: number): Bump[] {
  const first = Math.max(0, place - floor);
  return entries.slice(first).map(({ name, cause }, i) => ({ name, cause, at: floor + first + i + 1 }));
}

/** Without the older half of its bumps, which count as having hit everything from then on. */
export function trimLog({ line, floor, entries }: Log): Log {
  const dropped = Math.ceil(entries.length / 2);
  return { line, floor: floor + dropped, entries: entries.slice(dropped) };
}

function decodeEntry(text: string): LogEntry {
  const space = text.indexOf(' ');
  const json = text.slice(space + 1);
  if (String(crc32(json)) !== text.slice(0, space)) return UNREADABLE;
  try {
    const parsed = entrySchema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}
