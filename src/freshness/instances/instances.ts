import { randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { Slices } from '../../cache/slices.ts';
import { type Announcement, fromLine } from './announcement.ts';
import { FileChanges } from './file-changes.ts';
import { LogFolder } from './log-folder.ts';
import { LogReader } from './log-reader.ts';
import { LogWriter } from './log-writer.ts';
import { Teller } from './teller.ts';

export interface InstancesOptions {
  /** Folder of the announcements, beside the store; created when it is missing. */
  readonly folder: string;
  readonly problem: (error: Error) => void;
  /** See {@link FileChanges}. */
  readonly refresh?: (() => Promise<void>) | undefined;
  /** Between two looks for what no event has told of, ms. */
  readonly pollMs?: number;
  /** After so many bytes a new file is begun. */
  readonly mostBytes?: number;
}

/** Follows what others say; never rejects. */
export interface Listener {
  heard(said: readonly Announcement[]): Promise<void>;
  /** More was said than could be heard since then, ms since the epoch: nothing that memory has can be trusted. */
  missed(why: string, since: number): Promise<void>;
}

const POLL_MS = 1000;
/** Other processes of which it is known what they said last. */
const MOST_TELLERS = 1000;

/**
 * The processes on one store: each tells the others what it has invalidated and changed, through a
 * log beside the store. What cannot be heard for sure is taken for everything.
 */
export class Instances {
  readonly id = randomUUID();
  readonly file: FileChanges;
  readonly #folder: string;
  readonly #reader: LogReader;
  readonly #writer: LogWriter;
  readonly #teller: Teller;
  readonly #problem: (error: Error) => void;
  readonly #pollMs: number;
  /** The last line heard of each teller. */
  readonly #lines = new Map<string, number>();
  #listener: Listener | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #due = false;
  #deaf = false;
  /** When all that had been said was heard last, ms since the epoch. */
  #heardAt = Date.now();

  constructor({ folder, problem, refresh, pollMs = POLL_MS, mostBytes }: InstancesOptions) {
    this.#problem = problem;
    this.#pollMs = pollMs;
    const log = new LogFolder(folder);
    this.#folder = folder;
    this.#reader = new LogReader(log);
    this.#writer = new LogWriter(log, mostBytes);
    this.#teller = new Teller(this.#writer, this.id, problem);
    const changed = (keys: readonly string[], since: number) => void this.changed(keys, since);
    this.file = new FileChanges({ refresh, changed });
  }

  listen(listener: Listener): void {
    this.#listener = listener;
  }

  /** What is said from now on is heard; to be awaited before the store is read. */
  async start(): Promise<void> {
    try {
      await this.#reader.skip();
    } catch (error) {
      this.#complain(error);
    }
    this.#watch();
    this.#timer = setInterval(() => this.#look(), this.#pollMs).unref();
  }

  /** Settles when the others can hear it, or it could not be told. Never rejects. */
  tell(announcements: readonly Announcement[]): Promise<void> {
    return this.#teller.tell(announcements);
  }

  /** Keys that were set or deleted here, the first of them at `since`. */
  changed(keys: readonly string[], since: number, cause = 'changed'): Promise<void> {
    return keys.length > 0 ? this.tell([{ kind: 'keys', keys: [...keys], cause, since }]) : Promise.resolve();
  }

  /** Settles when everything that was said before the call has been followed. Never rejects. */
  catchUp(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#hear());
    return this.#looking;
  }

  /** Nothing is heard any more; what there is to tell still is. */
  async stop(): Promise<void> {
    this.#watcher?.close();
    clearInterval(this.#timer);
    this.#listener = undefined;
    await this.#looking;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#teller.settled();
    await this.#writer.close();
  }

  /** Events come sooner than the poll; where there are none, or they end, that hears all the same. */
  #watch(): void {
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, () => this.#look());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      this.#watcher = undefined;
    }
  }

  #look(): void {
    if (this.#due) return;
    this.#due = true;
    void this.catchUp();
    void this.#teller.retry();
  }

  async #hear(): Promise<void> {
    this.#due = false;
    const listener = this.#listener;
    if (!listener) return;
    const since = this.#heardAt;
    const began = Date.now();
    try {
      const { lines, doubt } = await this.#reader.read();
      this.#deaf = false;
      const { said, missed } = await this.#understand(lines);
      const why = doubt ?? missed;
      if (said.length > 0) await listener.heard(said);
      if (why !== undefined) await listener.missed(why, since);
      this.#heardAt = began;
    } catch (error) {
      this.#complain(error);
      await listener.missed('what other instances say cannot be read', since);
    }
  }

  #complain(error: unknown): void {
    const why = `What other processes on this storage folder invalidate cannot be heard: ${(error as Error).message}`;
    if (!this.#deaf) this.#problem(new Error(why, { cause: error }));
    this.#deaf = true;
  }

  /** What others have said in these lines, and why that may not be all of it. */
  async #understand(lines: readonly string[]) {
    const said: Announcement[] = [];
    let missed: string | undefined;
    const slices = new Slices();
    for (const line of lines) {
      if (slices.due) await slices.pause();
      const batch = fromLine(line);
      if (batch?.from === this.id) continue;
      const last = batch && this.#lines.get(batch.from);
      if (!batch) missed = 'an announcement of another instance is unreadable';
      else if (last === undefined || batch.n > last) {
        if (last !== undefined && batch.n > last + 1) missed = 'an announcement of another instance is lost';
        this.#remember(batch.from, batch.n);
        said.push(...batch.said);
      }
    }
    return { said, missed };
  }

  #remember(teller: string, line: number): void {
    this.#lines.delete(teller); // to stand last
    this.#lines.set(teller, line);
    if (this.#lines.size <= MOST_TELLERS) return;
    const [oldest] = this.#lines.keys();
    if (oldest !== undefined) this.#lines.delete(oldest);
  }
}
