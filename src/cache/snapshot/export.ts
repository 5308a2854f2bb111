import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Unpacked, unpack } from '../codec.ts';
import { leastFirst } from '../file/least-first.ts';
import { split } from '../file/values.ts';
import type { FileLevel } from '../file-level.ts';
import type { Variant } from '../head.ts';
import { Slices } from '../slices.ts';
import { replaceFile } from '../stores/replace-file.ts';
import { sweepTemporaries } from '../stores/temporaries.ts';
import { MOST_VALUE, SNAPSHOT_KEY, SNAPSHOT_VERSION } from './format.ts';

export interface ExportOptions {
  /** Replaced as a whole; its folder is created. */
  readonly file: string;
  /** Whether a key may leave this machine. */
  readonly filter?: (key: string) => boolean;
  /** A dumped stamp less what means something on this machine only; undefined leaves the variant out. */
  readonly portable?: (stamp: unknown) => unknown;
  readonly now?: () => number;
  readonly onProgress?: (done: number, keys: number) => void;
  readonly signal?: AbortSignal;
}

export interface Exported {
  readonly entries: number;
  /** Of the file. */
  readonly bytes: number;
  /** Variants that could not be written: their values are too large, gone or damaged. */
  readonly skipped: number;
}

/** Characters handed to the disk at once. */
const PIECE = 128 * 1024;

/**
 * Writes what the level holds as one JSON file that `keyv-file` opens and people can read: one line
 * a key, in the order of the keys, and nothing that another export of the same would write another
 * way. Rejects with the error of the file system or of the store, or the signal's reason; the old
 * file then stays.
 */
export async function exportSnapshot(level: FileLevel, options: ExportOptions): Promise<Exported> {
  const { file, filter } = options;
  await mkdir(path.dirname(file), { recursive: true });
  await sweepTemporaries(file);
  const keys = await sorted(await level.keys(filter));
  const counts = { entries: 0, bytes: 0, skipped: 0 };
  await replaceFile(file, pieces(lines(level, keys, options, counts), counts), 0o666);
  return counts;
}

type Counts = { entries: number; bytes: number; skipped: number };

async function* pieces(lines: AsyncIterable<string>, counts: Counts): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    counts.bytes += Buffer.byteLength(piece);
    yield piece;
    piece = '';
  }
  counts.bytes += Buffer.byteLength(piece);
  yield piece;
}

async function* lines(
  level: FileLevel,
  keys: readonly string[],
  options: ExportOptions,
  counts: Counts,
): AsyncGenerator<string> {
  const { signal, now = Date.now } = options;
  const slices = new Slices();
  const version = [SNAPSHOT_KEY, { value: { version: SNAPSHOT_VERSION } }];
  yield `{"cache":[\n${JSON.stringify(version)}`;
  let done = 0;
  for (const some of split(keys)) {
    const heads = await level.variantsMany(some);
    const stored = some.map((key, i) => ({
      key,
      variants: (heads[i] ?? []).filter(({ expiresAt }) => expiresAt === 0 || expiresAt > now()),
    }));
    for (const part of split(
      stored,
      ({ variants }) => variants.reduce((sum, { bytes }) => sum + bytes, 0),
      MOST_VALUE,
    )) {
      const wanted = part.flatMap(({ key, variants }) => variants.map((variant) => ({ key, variant })));
      const values = await level.values(wanted);
      let next = 0;
      for (const { key, variants } of part) {
        signal?.throwIfAborted();
        const texts: string[] = [];
        for (const variant of variants) {
          const text = await variantText(variant, values[next++], options.portable);
          if (text === undefined) counts.skipped++;
          else texts.push(text);
        }
        if (texts.length > 0) {
          counts.entries++;
          yield `,\n[${JSON.stringify(key)},{"value":{"variants":[${texts.join(',')}]}${expiry(variants)}}]`;
        }
        if (slices.due) await slices.pause();
      }
      done += part.length;
      options.onProgress?.(done, keys.length);
    }
  }
  yield '\n],"lastExpire":0}\n';
}

/** For `keyv-file`: when the last variant has expired. */
function expiry(variants: readonly Variant[]): string {
  const expires = variants.every(({ expiresAt }) => expiresAt !== 0);
  return expires ? `,"expire":${Math.max(...variants.map(({ expiresAt }) => expiresAt))}` : '';
}

async function variantText(
  variant: Variant,
  bytes: Uint8Array | undefined,
  portable: (stamp: unknown) => unknown = (stamp) => stamp,
): Promise<string | undefined> {
  const { id, createdAt, expiresAt, costMs } = variant;
  const stamp = portable(variant.stamp);
  if (stamp === undefined || bytes === undefined) return undefined;
  let value: Unpacked;
  try {
    value = await unpack(bytes, MOST_VALUE);
  } catch {
    return undefined; // damaged or too large: counted as skipped
  }
  const head = JSON.stringify({
    id,
    createdAt: new Date(createdAt).toISOString(),
    ...(expiresAt !== 0 && { expiresAt: new Date(expiresAt).toISOString() }),
    costMs,
    stamp,
  });
  // The payload is JSON as we wrote it: it needs no parsing to become part of this.
  const text =
    value.encoding === 'json'
      ? `"json":${value.payload.toString()}`
      : `"encoding":"v8","base64":"${value.payload.toString('base64')}"`;
  return `${head.slice(0, -1)},${text}}`;
}

async function sorted(keys: readonly string[]): Promise<string[]> {
  const inOrder: string[] = [];
  const slices = new Slices();
  for (const key of await leastFirst(keys, (a, b) => (a < b ? -1 : a > b ? 1 : 0))) {
    inOrder.push(key);
    if (slices.due) await slices.pause();
  }
  return inOrder;
}
