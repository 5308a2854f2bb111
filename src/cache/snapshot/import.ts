import { type FileHandle, open } from 'node:fs/promises';
import { deserialize } from 'node:v8';
import { encode, pack } from '../codec.ts';
import type { NewVariant } from '../file/writer.ts';
import type { FileLevel } from '../file-level.ts';
import { Slices } from '../slices.ts';
import {
  MOST_RECORD,
  MOST_VALUE,
  recordSchema,
  SNAPSHOT_VERSION,
  SnapshotError,
  type SnapshotVariant,
  versionSchema,
} from './format.ts';
import { JsonSplitter, parse } from './json-splitter.ts';

export interface ImportOptions {
  /** Whether a key may come in. */
  readonly filter?: (key: string) => boolean;
  /** Makes a stamp of elsewhere one of this machine; undefined for what is none. */
  readonly adopt?: (stamp: unknown) => unknown;
  readonly now?: () => number;
  /** Bytes done of all that are to be read: the file is read twice, first to check it. */
  readonly onProgress?: (done: number, bytes: number) => void;
  readonly signal?: AbortSignal;
}

export interface Imported {
  /** How many keys something came in of. */
  readonly imported: number;
  /** How many nothing did: what is stored is as new, it has expired, or it is in the problems. */
  readonly skipped: number;
  /** The imported ones. */
  readonly keys: readonly string[];
  /** One sentence each, twenty at the most; the last one tells how many more there were. */
  readonly problems: readonly string[];
}

/** Of a file; beyond, it is refused unread. */
const MOST_BYTES = 4 * 1024 ** 3;
const CHUNK = 128 * 1024;
/** Handed to the level at once. */
const BATCH = { keys: 200, bytes: 4 << 20 };
const MOST_PROBLEMS = 20;

interface Item {
  readonly key: string;
  readonly variant: NewVariant;
  readonly bytes: Uint8Array;
}

/**
 * Takes a snapshot into the level; nothing newer is overwritten. The file is checked as a whole
 * before the first write; a record that does not fit is left out and told. Rejects with a
 * SnapshotError for what is no snapshot of this version, with the file system's error, or with the
 * signal's reason, while nothing is written. After that a failure, or the signal, is a problem beside
 * what came in until then.
 */
export async function importSnapshot(
  level: FileLevel,
  file: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const handle = await open(file, 'r');
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new SnapshotError(`${file} is no file.`);
    if (stat.size > MOST_BYTES) throw new SnapshotError(`${file} is too large for a snapshot.`);
    const progress = (done: number) => options.onProgress?.(done, 2 * stat.size);
    await check(handle, (done) => progress(done), options.signal);
    const intake = new Intake(level, options);
    await intake.run(elements(handle, (done) => progress(stat.size + done), options.signal));
    return intake.result;
  } finally {
    await handle.close();
  }
}

/** The elements of the file, one after the other. */
async function* elements(
  handle: FileHandle,
  progress: (done: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const splitter = new JsonSplitter('cache', MOST_RECORD);
  const slices = new Slices();
  for (let position = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    for (const text of splitter.push(buffer.subarray(0, bytesRead))) {
      yield parse(text);
      if (slices.due) await slices.pause();
    }
    progress(position);
  }
  splitter.finish();
}

/** Rejects with a SnapshotError unless the whole file is JSON, and says that it is a snapshot of this version. */
async function check(
  handle: FileHandle,
  progress: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let version: number | undefined;
  for await (const element of elements(handle, progress, signal)) {
    const parsed = versionSchema.safeParse(element);
    if (parsed.success) version = parsed.data[1].value.version;
  }
  if (version === undefined) throw new SnapshotError('The file is not a snapshot of the cache.');
  if (version !== SNAPSHOT_VERSION) {
    throw new SnapshotError(
      `The snapshot has format ${version}, this version of the extension reads format ${SNAPSHOT_VERSION}: export it anew.`,
    );
  }
}

class Intake {
  readonly #level: FileLevel;
  readonly #options: ImportOptions;
  readonly #imported = new Set<string>();
  readonly #problems: string[] = [];
  #further = 0;
  #keys = 0;
  #batch: Item[] = [];
  #bytes = 0;

  constructor(level: FileLevel, options: ImportOptions) {
    this.#level = level;
    this.#options = options;
  }

  get result(): Imported {
    const more = this.#further > 0 ? [`… and ${this.#further} more.`] : [];
    return {
      imported: this.#imported.size,
      skipped: this.#keys - this.#imported.size,
      keys: [...this.#imported],
      problems: [...this.#problems, ...more],
    };
  }

  async run(elements: AsyncIterable<unknown>): Promise<void> {
    try {
      for await (const element of elements) {
        await this.#take(element);
        if (this.#batch.length >= BATCH.keys || this.#bytes >= BATCH.bytes) await this.#write();
      }
      await this.#write();
    } catch (error) {
      const reason = this.#options.signal?.aborted ? 'Cancelled' : (error as Error).message;
      this.#problem(`${reason} The import ended after ${this.#imported.size} entries.`);
    }
  }

  async #take(element: unknown): Promise<void> {
    if (versionSchema.safeParse(element).success) return;
    const name = nameOf(element);
    if (name !== undefined && this.#options.filter?.(name) === false) return;
    this.#keys++;
    const record = recordSchema.safeParse(element);
    if (!record.success) {
      const [issue] = record.error.issues;
      this.#problem(`${name ?? 'A record'} is left out: ${issue?.path.join('.')}: ${issue?.message}`);
      return;
    }
    const [key, { value }] = record.data;
    for (const variant of value.variants) {
      try {
        const item = await this.#item(key, variant);
        if (!item) continue;
        this.#batch.push(item);
        this.#bytes += item.bytes.length;
      } catch (error) {
        this.#problem(`A value of ${key} is left out: ${(error as Error).message}`);
      }
    }
  }

  /** Undefined for what has expired. Throws what is wrong with it. */
  async #item(key: string, variant: SnapshotVariant): Promise<Item | undefined> {
    const { now = Date.now, adopt = (stamp: unknown) => stamp } = this.#options;
    const { id, costMs, createdAt, expiresAt = 0 } = variant;
    if (expiresAt !== 0 && expiresAt <= now()) return undefined;
    const stamp = adopt(variant.stamp);
    if (stamp === undefined) throw new Error('what it rests on is unreadable.');
    const bytes = await encoded(variant);
    if (bytes.length > this.#level.largest) throw new Error('it is too large for the file level.');
    // Nothing was made in the future: it would outdate all that is made here.
    return { key, variant: { id, costMs, createdAt: Math.min(createdAt, now()), expiresAt, stamp }, bytes };
  }

  async #write(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#bytes = 0;
    for (const key of await this.#level.merge(batch)) this.#imported.add(key);
  }

  #problem(text: string): void {
    if (this.#problems.length < MOST_PROBLEMS - 1) this.#problems.push(text);
    else this.#further++;
  }
}

async function encoded(variant: SnapshotVariant): Promise<Uint8Array> {
  if ('json' in variant) return encode(variant.json);
  const payload = Buffer.from(variant.base64, 'base64');
  if (payload.length > MOST_VALUE) throw new Error(`it has more than ${MOST_VALUE} bytes.`);
  deserialize(payload); // throws for what is none
  return pack({ encoding: 'v8', payload });
}

function nameOf(element: unknown): string | undefined {
  const name = Array.isArray(element) ? element[0] : undefined;
  return typeof name === 'string' ? name.slice(0, 200) : undefined;
}
