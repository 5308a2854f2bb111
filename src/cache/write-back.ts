import type { Catalog } from './catalog.ts';
import type { Entry } from './entry.ts';
import type { Miss } from './guard.ts';
import type { Level } from './policy/policy.ts';

/** A value that memory has and the levels below do not yet. */
export interface Unwritten<S> {
  readonly entry: Entry<S>;
  readonly value: unknown;
  readonly levels: readonly Level[];
  readonly sharedAt: number | undefined;
  readonly outside: boolean;
  /** Nothing older of the key may be served, whatever becomes of this value. */
  readonly replaces: boolean;
  readonly sensitivity: 'none' | 'redact' | 'refuse';
  readonly since: number;
}

export interface WriteBackOptions<S> {
  readonly catalog: Catalog<S>;
  /** How long a value may wait, ms. */
  readonly intervalMs: () => number;
  readonly now: () => number;
  readonly expired: (entry: Entry<S>) => boolean;
  /** Hands values to their levels, takes older ones from them; settles when both are done. */
  readonly write: (items: readonly Unwritten<S>[], outdated: readonly Unwritten<S>[]) => Promise<void>;
}

/** More than this is written before its time. */
const MOST_WAITING = { entries: 1000, bytes: 16 << 20 };

/**
 * Values that wait to be written below memory. They are served from here when memory has evicted
 * them; a killed process loses them, and nothing that was written before.
 */
export class WriteBack<S> {
  readonly #options: WriteBackOptions<S>;
  readonly #waiting = new Map<string, Unwritten<S>>();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: WriteBackOptions<S>) {
    this.#options = options;
  }

  /** What a killed process would lose now. */
  get unwritten(): {
    readonly entries: number;
    readonly bytes: number;
    readonly oldestAt: number | undefined;
  } {
    const oldest = this.#waiting.values().next().value;
    return { entries: this.#waiting.size, bytes: this.#bytes, oldestAt: oldest?.since };
  }

  add(item: Unwritten<S>): void {
    this.#forget(item.entry.key);
    this.#waiting.set(item.entry.key, item);
    this.#bytes += item.entry.bytes;
    if (this.#waiting.size >= MOST_WAITING.entries || this.#bytes >= MOST_WAITING.bytes) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), this.#options.intervalMs()).unref();
  }

  /** The value of an entry that waits here. */
  held(entry: Entry<S>): Unwritten<S> | undefined {
    const item = this.#waiting.get(entry.key);
    return item?.entry === entry ? item : undefined;
  }

  waits(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** Whether the levels below may hold an older value of the key, of which the newer one is gone already. */
  outdates(key: string): boolean {
    const item = this.#waiting.get(key);
    return item !== undefined && this.#outdates(item);
  }

  /** Memory has evicted the entry: it is written now rather than later. */
  urge(entry: Entry<S>): void {
    if (!this.held(entry)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), 0);
  }

  /** Settles when all that waits, and what was being written, is on its levels. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { catalog, write, expired } = this.#options;
    const all = [...this.#waiting.values()];
    const items = all.filter(({ entry }) => catalog.holds(entry) && !expired(entry));
    await write(
      items,
      all.filter((item) => this.#outdates(item)),
    );
    for (const item of all) {
      const { entry } = item;
      if (this.held(entry)) this.#forget(entry.key);
      if (!entry.inMemory && !entry.inFile && catalog.holds(entry)) catalog.drop(entry, WRITTEN);
    }
  }

  /** Expired before it was written. One that was replaced, deleted or invalidated is no concern of this any more. */
  #outdates({ entry, replaces }: Unwritten<S>): boolean {
    const { catalog, expired } = this.#options;
    const listed = catalog.get(entry.key);
    return replaces && (listed === undefined || (listed === entry && expired(entry)));
  }

  #forget(key: string): void {
    const item = this.#waiting.get(key);
    if (!item) return;
    this.#waiting.delete(key);
    this.#bytes -= item.entry.bytes;
  }
}

const WRITTEN: Miss = { reason: 'evicted', detail: 'it is on the shared level only' };
