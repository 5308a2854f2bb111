import { LRUCache } from 'lru-cache';
import { Slices } from '../../cache/slices.ts';
import type { ComputeContext, FileBytes, FileId } from '../../freshness/context.ts';
import type { Parser } from '../parse/parser.ts';
import type { ByFile } from '../workspace/parts.ts';
import type { LineMatch, ScanOptions } from './scan-request.ts';
import type { Text } from './texts.ts';

/** Bytes and files that are read and scanned together. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_FILES = 64;
/** Lines and files that past scans are remembered of. */
const MOST_REMEMBERED = 100_000;

type Lines = readonly LineMatch[];
type Scan = readonly [FileId, Lines];
type TextFile = ByFile<Text>[number];

/** What is to be scanned, or was before; neither when the file is gone. */
interface Read {
  readonly path: FileId;
  readonly known?: Lines;
  readonly file?: FileBytes | undefined;
}

/**
 * Scans files in the parser's thread. What a content gave to a pattern is remembered: after an edit
 * only the files that are others are read again.
 */
export class Scans {
  readonly #parser: Parser;
  readonly #remembered = new LRUCache<string, Lines>({
    maxSize: MOST_REMEMBERED,
    sizeCalculation: (lines) => 1 + lines.length,
  });

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** In the order of the files. While one batch is scanned the next one is read. */
  async *of(files: ByFile<Text>, options: ScanOptions, context: ComputeContext): AsyncGenerator<Scan> {
    const asked = JSON.stringify(options);
    const batches = batchesOf(files);
    const ahead = () => {
      const { done, value } = batches.next();
      const reading = done ? undefined : this.#read(value, asked, context);
      reading?.catch(() => {}); // is awaited below, unless there is enough before
      return reading;
    };
    const slices = new Slices();
    for (let reading = ahead(); reading; ) {
      if (slices.due) await slices.pause(); // what is remembered takes no time at all to await
      const batch = await reading;
      reading = ahead();
      yield* await this.#scanned(batch, asked, options, context.signal);
    }
  }

  async #read(files: readonly TextFile[], asked: string, context: ComputeContext) {
    context.signal.throwIfAborted();
    const reading = files.map(async ([path, { digest, bytes }]): Promise<Read> => {
      const known = this.#remembered.get(digest + asked);
      return known ? { path, known } : { path, file: await context.readAs(path, digest, bytes) };
    });
    return Promise.all(reading);
  }

  async #scanned(batch: readonly Read[], asked: string, options: ScanOptions, signal: AbortSignal) {
    const unknown = batch.flatMap(({ file }) => file ?? []);
    const found = new Map<FileBytes, Lines>();
    if (unknown.length > 0) {
      const texts = unknown.map(({ bytes }) => bytes);
      const joined = { bytes: Buffer.concat(texts), lengths: texts.map(({ length }) => length) };
      const scanned = await this.#parser.search(joined, options, signal);
      for (const [at, file] of unknown.entries()) {
        const lines = scanned[at] as Lines;
        found.set(file, lines);
        this.#remembered.set(file.digest + asked, lines);
      }
    }
    return batch.map(({ path, known, file }): Scan => [path, known ?? (file && found.get(file)) ?? []]);
  }
}

function* batchesOf(files: ByFile<Text>): Generator<readonly TextFile[]> {
  let batch: TextFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (batch.length >= BATCH_FILES || bytes + file[1].bytes > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file[1].bytes;
  }
  if (batch.length > 0) yield batch;
}
