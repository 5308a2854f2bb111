import { type Entry, ON_FILE, VACANT } from './entry.ts';
import { type Miss, NEVER_CACHED, type Observer } from './guard.ts';
import { type Evicted, MemoryLevel, type MemoryLimits } from './memory-level.ts';
import { OlderResults } from './older-results.ts';
import { Slices } from './slices.ts';
import { namesVersions, Versions } from './versions.ts';

/** Departed keys whose reason is remembered. */
const MOST_DEPARTED = 10_000;

/** Values that are still to be written to the levels below memory. */
interface Waiting<S> {
  held(entry: Entry<S>): unknown;
  /** Memory has evicted the entry. */
  urge(entry: Entry<S>): void;
}

/** Every entry that some level serves, as far as this process knows, and why others do not any more. */
export class Catalog<S> {
  readonly memory: MemoryLevel<S>;
  /** Keys whose stored variants do not hold now, but may again. */
  readonly dormant = new Set<string>();
  readonly older = new OlderResults<S>();
  readonly #entries = new Map<string, Entry<S>>();
  /** Why keys that are gone went, for the reason of their next miss; bounded, the older half goes at once. */
  #departed = new Map<string, Miss>();
  #departedBefore = new Map<string, Miss>();
  readonly #observer: Observer<S>;
  readonly #waiting: Waiting<S>;
  readonly #versions = new Versions();
  readonly #now: () => number;
  /** Called before an entry goes because a read found that it was invalidated. */
  onInvalidated: ((entry: Entry<S>) => void) | undefined;

  constructor(limits: MemoryLimits, observer: Observer<S>, waiting: Waiting<S>, now: () => number) {
    this.#observer = observer;
    this.#waiting = waiting;
    this.#now = now;
    this.memory = new MemoryLevel<S>(limits, (entry, how) => {
      if (!this.holds(entry)) {
        this.older.remove(entry);
        return;
      }
      entry.namespace.evictions++;
      if (waiting.held(entry)) waiting.urge(entry);
      else if (!entry.inFile) this.drop(entry, evicted(how, now()));
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

  /** Why the key is not here, as far as it is known. */
  absence(key: string): Miss {
    const departed = this.#departure(key);
    if (departed) return departed;
    for (const other of this.#versions.others(key)) {
      if (this.#entries.has(other.key) || this.dormant.has(other.key) || this.#departure(other.key)) {
        return { reason: 'version', detail: other.difference };
      }
    }
    return NEVER_CACHED;
  }

  #departure(key: string): Miss | undefined {
    return this.#departed.get(key) ?? this.#departedBefore.get(key);
  }

  /** The key is stored below memory, though nothing of it holds now. */
  rest(key: string): void {
    this.dormant.add(key);
    this.#versions.meet(key);
  }

  /** Takes an entry in, in place of the one of its key; one that no level can hold is left out. */
  admit(entry: Entry<S>): void {
    if (this.older.size > 0) this.older.remove(entry);
    const previous = this.#entries.get(entry.key);
    if (previous) entry.hits += previous.hits;
    if (entry.inMemory && !this.memory.set(entry, previous)) entry.value = VACANT;
    if (previous && !entry.inMemory) this.memory.remove(previous);
    if (!this.#isSomewhere(entry)) {
      if (previous) this.drop(previous, REPLACED);
      if (entry.namespace.policy.levels.includes('memory')) this.#depart(entry.key, TOO_LARGE);
      return;
    }
    if (!previous && namesVersions(entry.namespace.name)) this.#versions.meet(entry.key);
    this.#entries.set(entry.key, entry);
    count(entry, 1);
    if (previous) count(previous, -1);
    if (this.older.size > 0) this.#boundOlder(entry, 1);
    if (previous) this.#observer.left(previous, REPLACED);
    this.dormant.delete(entry.key);
    this.#departed.delete(entry.key);
    this.#departedBefore.delete(entry.key);
    this.#observer.entered(entry);
  }

  drop(entry: Entry<S>, miss: Miss): void {
    this.memory.remove(entry);
    this.#leave(entry, miss);
  }

  #leave(entry: Entry<S>, miss: Miss): void {
    this.#entries.delete(entry.key);
    count(entry, -1);
    this.#depart(entry.key, miss);
    this.#observer.left(entry, miss);
  }

  #depart(key: string, miss: Miss): void {
    if (this.#departed.size >= MOST_DEPARTED / 2) {
      this.#departedBefore = this.#departed;
      this.#departed = new Map();
    }
    this.#departed.set(key, miss.since === undefined ? { ...miss, since: this.#now() } : miss);
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
    if (miss.reason === 'invalidated') this.onInvalidated?.(entry);
    if (entry.inFile) this.dormant.add(entry.key);
    if (miss.reason !== 'changed' || entry.inFile || !entry.inMemory) {
      this.drop(entry, miss);
      return;
    }
    this.#leave(entry, miss);
    this.older.add(entry);
    this.#boundOlder(entry, 0);
  }

  /** As many results of a key as its policy says, the listed one counted. */
  #boundOlder({ key, namespace }: Entry<S>, listed: 0 | 1): void {
    for (const oldest of this.older.beyond(key, namespace.policy.variants - listed)) {
      this.#forget(oldest);
    }
  }

  /** What memory keeps of the key for inputs as they were is not to be found again. */
  forgetOlder(key: string): void {
    if (this.older.size > 0) for (const entry of this.older.of(key)) this.#forget(entry);
  }

  /** The same for what matches. */
  forgetOlderMatching(matches: (entry: Entry<S>) => boolean): void {
    for (const entry of [...this.older.values()]) if (matches(entry)) this.#forget(entry);
  }

  #forget(entry: Entry<S>): void {
    this.older.remove(entry);
    this.memory.remove(entry);
  }

  /** Values of these entries leave one level; what the other holds is still served. */
  async leaveLevel(level: 'memory' | 'file', entries: readonly Entry<S>[], miss: Miss): Promise<void> {
    const slices = new Slices();
    for (const entry of entries) {
      if (level === 'memory' && entry.inMemory) this.memory.remove(entry);
      if (level === 'file') entry.on &= ~ON_FILE;
      if (!this.#isSomewhere(entry) && this.holds(entry)) this.drop(entry, miss);
      if (slices.due) await slices.pause();
    }
  }

  /** What only the shared level has is not listed: it is found by asking. */
  #isSomewhere(entry: Entry<S>): boolean {
    return entry.inMemory || entry.inFile || this.#waiting.held(entry) !== undefined;
  }
}

/** For its namespace: counted here, nobody has to walk all entries to know. */
function count<S>({ namespace, bytes }: Entry<S>, sign: 1 | -1): void {
  namespace.entries += sign;
  namespace.bytes += sign * bytes;
}

function evicted({ eviction, room, newcomer, occasion }: Evicted, since: number): Miss {
  const rule = room === undefined ? eviction.toUpperCase() : `${eviction.toUpperCase()}, room of ${room}`;
  const detail =
    newcomer === undefined
      ? `memory level (${rule}): ${occasion}`
      : `memory level full (${rule}): made room for ${newcomer}`;
  return { reason: 'evicted', detail, since };
}

const REPLACED: Miss = { reason: 'evicted', detail: 'replaced' };
const TOO_LARGE: Miss = {
  reason: 'evicted',
  detail: 'too large for the memory level, and on no other level',
};
