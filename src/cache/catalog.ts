import { type Entry, ON_FILE, VACANT } from './entry.ts';
import type { EvictionName } from './eviction/create-eviction.ts';
import type { Miss, Observer } from './guard.ts';
import { MemoryLevel, type MemoryLimits } from './memory-level.ts';
import { Slices } from './slices.ts';

/** Departed keys whose reason is remembered. */
const MOST_DEPARTED = 10_000;

/** Every entry that some level serves, as far as this process knows, and why others do not any more. */
export class Catalog<S> {
  readonly memory: MemoryLevel<S>;
  /** Keys whose stored variants do not hold now, but may again. */
  readonly dormant = new Set<string>();
  readonly #entries = new Map<string, Entry<S>>();
  /** Why keys that are gone went, for the reason of their next miss; bounded, the oldest go first. */
  readonly #departed = new Map<string, Miss>();
  readonly #observer: Observer<S>;

  /** `demoted` hears of entries that memory has evicted and another level still has, or is to have. */
  constructor(limits: MemoryLimits, observer: Observer<S>, demoted: (entry: Entry<S>) => void) {
    this.#observer = observer;
    this.memory = new MemoryLevel<S>(limits, (entry) => {
      if (!this.holds(entry)) return;
      if (entry.inFile) demoted(entry);
      else this.drop(entry, memoryFull(this.memory.evictionOf(entry)));
    });
  }

  get(key: string): Entry<S> | undefined {
    return this.#entries.get(key);
  }

  /** Whether this very entry is the one of its key. */
  holds(entry: Entry<S>): boolean {
    return this.#entries.get(entry.key) === entry;
  }

  values(): IterableIterator<Entry<S>> {
    return this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Why the key is not here, if it is known. */
  departure(key: string): Miss | undefined {
    return this.#departed.get(key);
  }

  /** Takes an entry in, in place of the one of its key; one that no level can hold is left out. */
  admit(entry: Entry<S>): void {
    const previous = this.#entries.get(entry.key);
    if (previous) entry.hits += previous.hits;
    if (entry.inMemory && !this.memory.set(entry, previous)) entry.value = VACANT;
    if (previous && !entry.inMemory) this.memory.remove(previous);
    if (!entry.inMemory && !entry.inFile) {
      if (previous) this.drop(previous, REPLACED);
      return;
    }
    this.#entries.set(entry.key, entry);
    if (previous) this.#observer.left(previous, REPLACED);
    this.dormant.delete(entry.key);
    this.#departed.delete(entry.key);
    this.#observer.entered(entry);
  }

  drop(entry: Entry<S>, miss: Miss): void {
    this.#entries.delete(entry.key);
    this.memory.remove(entry);
    this.#departed.delete(entry.key);
    this.#departed.set(entry.key, miss);
    if (this.#departed.size > MOST_DEPARTED) {
      const oldest = this.#departed.keys().next().value;
      if (oldest !== undefined) this.#departed.delete(oldest);
    }
    this.#observer.left(entry, miss);
  }

  async dropAll(entries: readonly Entry<S>[], miss: Miss): Promise<void> {
    const slices = new Slices();
    for (const entry of entries) {
      if (this.holds(entry)) this.drop(entry, miss);
      if (slices.due) await slices.pause();
    }
  }

  /** Drops an entry that does not hold now; its stored variants stay for when it holds again. */
  retire(entry: Entry<S>, miss: Miss): void {
    if (!this.holds(entry)) return;
    if (entry.inFile) this.dormant.add(entry.key);
    this.drop(entry, miss);
  }

  /** Values leave one level; what the other holds is still served. */
  async leaveLevel(level: 'memory' | 'file', miss: Miss): Promise<void> {
    const slices = new Slices();
    for (const entry of [...this.#entries.values()]) {
      if (level === 'memory' && entry.inMemory) this.memory.remove(entry);
      if (level === 'file') entry.on &= ~ON_FILE;
      if (!entry.inMemory && !entry.inFile && this.holds(entry)) this.drop(entry, miss);
      if (slices.due) await slices.pause();
    }
  }
}

function memoryFull(eviction: EvictionName): Miss {
  return { reason: 'evicted', detail: `memory level full (${eviction.toUpperCase()})` };
}

const REPLACED: Miss = { reason: 'evicted', detail: 'replaced' };
