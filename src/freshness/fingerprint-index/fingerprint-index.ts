import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sweepTemporaries } from '../../cache/stores/temporaries.ts';
import type { FileId } from '../context.ts';
import type { Disk } from '../disk.ts';
import { type Fingerprints, MOST_KNOWN } from '../fingerprints.ts';
import { BLOCK_RECORDS } from './index-block.ts';
import { IndexCheck } from './index-check.ts';
import { readIndex, writeIndex } from './index-file.ts';
import type { OffThread } from './off-thread.ts';

/** How long closing waits for the disk, ms. */
const CLOSING_MS = 5_000;

interface FingerprintIndexOptions {
  /** Path of the index; its folder is created when missing. */
  readonly file: string;
  /** Absolute path of the workspace folder. */
  readonly root: string;
  readonly disk: Pick<Disk, 'stat'>;
  readonly offThread: OffThread;
  /** Paths in the file, at the most; as many as are remembered unless given. */
  readonly mostPaths?: number;
  /** An index of no more paths is checked without a worker; 4,096 unless given. */
  readonly fewPaths?: number;
  /** While something new is known it is written down this often, ms; 300,000 unless given. */
  readonly everyMs?: number;
  readonly now?: () => number;
  /** Called, perhaps several times, with paths whose state is another than the index says, or that are gone. */
  readonly moved: (paths: readonly FileId[]) => void;
  readonly problem: (error: Error) => void;
}

interface IndexReport {
  /** Records of the index that was read; 0 when there was none. */
  readonly paths: number;
  /** Of these: with another state, or gone. */
  readonly changed: number;
  /** Of these: with another stat only. */
  readonly touched: number;
  readonly ms: number;
}

/**
 * What was known of the files when the last process ended, so that a restart reads only those that
 * changed since. Nothing rests on it: its digests count for the stats that they were found under, and
 * every read takes the stat itself.
 */
export class FingerprintIndex {
  readonly #options: FingerprintIndexOptions;
  readonly #fingerprints: Fingerprints;
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<IndexReport> | undefined;
  #loaded = false;
  #saving: Promise<void> | undefined;
  /** Looks that the file knows of. */
  #saved = 0;
  #closed = false;

  constructor(fingerprints: Fingerprints, options: FingerprintIndexOptions) {
    this.#fingerprints = fingerprints;
    this.#options = options;
  }

  /** Takes over what the file says, and finds out what of it has changed since. Never rejects; reads need not wait. */
  load(): Promise<IndexReport> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Writes down what is known, unless nothing is new. Never rejects. */
  save(): Promise<void> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  /** Settles when the index is written, or the disk has not answered for a while. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#options.problem(
          new Error('The index of fingerprints was not written: the disk does not answer.'),
        );
        resolve();
      }, CLOSING_MS);
    });
    await Promise.race([this.save(), late]);
    clearTimeout(timer);
  }

  async #load(): Promise<IndexReport> {
    const began = performance.now();
    const { file, problem } = this.#options;
    let report = { paths: 0, changed: 0, touched: 0 };
    try {
      report = await this.#check();
      await sweepTemporaries(file);
    } catch (error) {
      problem(error as Error);
    }
    if (report.changed + report.touched > 0) this.#saved = -1; // what was found is to be kept
    this.#loaded = true;
    this.#saveLater();
    return { ...report, ms: performance.now() - began };
  }

  async #check() {
    const { file, root, disk, offThread, fewPaths = 4096, now = Date.now, moved } = this.#options;
    await mkdir(dirname(file), { recursive: true });
    const report = { paths: 0, changed: 0, touched: 0 };
    const index = await readIndex(file, root, this.#most);
    if (!index) return report;
    report.paths = index.records;
    const check = new IndexCheck({
      fingerprints: this.#fingerprints,
      disk,
      now,
      offThread,
      few: Math.floor(fewPaths / BLOCK_RECORDS),
      moved: (found) => {
        const changed = found.filter((one) => one.changed).map(({ path }) => path);
        report.changed += changed.length;
        report.touched += found.length - changed.length;
        if (changed.length > 0) moved(changed);
      },
    });
    await check.run(index.bytes, index.blocks);
    return report;
  }

  get #most(): number {
    return this.#options.mostPaths ?? MOST_KNOWN;
  }

  async #save(): Promise<void> {
    const { looks } = this.#fingerprints;
    if (!this.#loaded || looks === this.#saved) return;
    const { file, root, problem } = this.#options;
    try {
      await writeIndex(file, root, first(this.#most, this.#fingerprints.lasting()));
      this.#saved = looks;
    } catch (error) {
      problem(error as Error);
    }
  }

  #saveLater(): void {
    if (this.#closed) return;
    const { everyMs = 300_000 } = this.#options;
    this.#timer = setTimeout(() => void this.save().finally(() => this.#saveLater()), everyMs).unref();
  }
}

function* first<T>(most: number, all: Iterable<T>): Generator<T> {
  let count = 0;
  for (const one of all) {
    if (count++ === most) return;
    yield one;
  }
}
