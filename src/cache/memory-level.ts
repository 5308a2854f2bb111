import { type Entry, VACANT } from './entry.ts';
import { createEviction, createResidents, type EvictionName } from './eviction/create-eviction.ts';
import { OUT } from './eviction/eviction.ts';
import type { Limits, Residents } from './eviction/residents.ts';
import { namespaceOf } from './key.ts';
import type { Namespace } from './namespace.ts';

export interface MemoryLimits extends Limits {
  /** Who goes when the room is full; `gdsf` when absent. */
  readonly eviction?: EvictionName;
}

export const DEFAULT_MEMORY_LIMITS: Required<MemoryLimits> = {
  entries: 50_000,
  bytes: 128 * 1024 * 1024,
  eviction: 'gdsf',
};

/** Pinned keys, of all rooms. */
const MOST_PINNED = 10_000;

interface Room<S> {
  readonly level: MemoryLevel<S>;
  readonly residents: Residents<Entry<S>>;
  eviction: EvictionName;
}

/** How an entry was evicted. */
export interface Evicted {
  readonly eviction: EvictionName;
  /** The namespace whose own room it was in; absent for the common one. */
  readonly room?: string;
  /** The key that room was made for; absent when it was for another reason. */
  readonly newcomer?: string;
  /** On account of what else. */
  readonly occasion?: string;
}

/**
 * Values held in this process, bounded by count and by bytes: in one common room, and in a room of
 * its own for each namespace whose policy says so.
 */
export class MemoryLevel<S> {
  readonly #evicted: (entry: Entry<S>, how: Evicted) => void;
  /** The key that room is made for; undefined while it is made for another reason. */
  #newcomer: string | undefined;
  #occasion = '';
  readonly #common: Room<S>;
  /** By the namespace's name. */
  readonly #own = new Map<string, Room<S>>();
  /** Those whose `room` is set. */
  readonly #namespaces = new Set<Namespace>();
  readonly #pinned = new Set<string>();

  /** `evicted` gets the entry with its value, which is taken from it afterwards. */
  constructor(limits: MemoryLimits, evicted: (entry: Entry<S>, how: Evicted) => void) {
    this.#evicted = evicted;
    this.#common = this.#open(limits);
  }

  get entries(): number {
    return this.#rooms().reduce((sum, { residents }) => sum + residents.entries, 0);
  }

  get bytes(): number {
    return this.#rooms().reduce((sum, { residents }) => sum + residents.bytes, 0);
  }

  /** The room that entries of the namespace are in, as far as there are any; else the common one. */
  room(namespace: string): {
    readonly entries: number;
    readonly bytes: number;
    readonly limits: Limits;
    readonly eviction: EvictionName;
  } {
    const { residents, eviction } = this.#own.get(namespace) ?? this.#common;
    const { entries, bytes, limits } = residents;
    return { entries, bytes, limits, eviction };
  }

  /** The value was read. */
  touch(entry: Entry<S>): void {
    if (entry.slot !== OUT) (entry.namespace.room as Room<S>).residents.touch(entry);
  }

  /** The entry's `expiresAt` changed. */
  renew(entry: Entry<S>): void {
    if (entry.slot !== OUT) (entry.namespace.room as Room<S>).residents.renew(entry);
  }

  /**
   * Takes the entry in, in place of `previous`, the one that its key had before. False when it is
   * larger than a quarter of its room, for one value must not push out everything else, or does not
   * fit beside the pinned ones. Then `previous` leaves all the same; the entry keeps its value.
   */
  set(entry: Entry<S>, previous?: Entry<S>): boolean {
    const { residents } = this.#roomOf(entry.namespace);
    this.#newcomer = entry.key;
    if (previous !== undefined && previous !== entry) previous.value = VACANT;
    const replaced = entry.slot === OUT ? previous : entry;
    if (entry.bytes <= Math.max(1, residents.limits.bytes / 4)) return residents.add(entry, replaced);
    if (replaced !== undefined) residents.remove(replaced);
    return false;
  }

  /** The value is gone, and nobody is told. */
  remove(entry: Entry<S>): void {
    entry.value = VACANT;
    if (entry.slot !== OUT) (entry.namespace.room as Room<S>).residents.remove(entry);
  }

  /** Evicts down to the new limits of the common room. */
  resize(limits: MemoryLimits): void {
    this.#because('it was made smaller');
    refit(this.#common, limits);
  }

  /**
   * The policies changed: every entry moves to the room that its namespace's policy names now, the
   * least recently used ones first. `entries` are at least all that are in memory.
   */
  rearrange(entries: Iterable<Entry<S>>): void {
    this.#because('the policies changed');
    const movers: Entry<S>[] = [];
    for (const entry of entries) {
      const room = entry.namespace.room as Room<S>;
      if (entry.slot === OUT || (room === this.#common) === (entry.namespace.policy.memory === undefined))
        continue;
      room.residents.remove(entry);
      movers.push(entry);
    }
    for (const namespace of this.#namespaces) this.#assign(namespace);
    for (const { room, policy } of this.#namespaces) if (policy.memory) refit(room as Room<S>, policy.memory);
    movers.sort((a, b) => usedAt(a) - usedAt(b));
    for (const entry of movers) {
      if (entry.slot !== OUT || !entry.inMemory) continue; // by what was done when another was evicted
      if (!this.set(entry)) this.#evict(entry);
      else if (entry.hits > 0) this.touch(entry);
    }
  }

  /**
   * Keeps whatever value the key has, now or later. `entry` is that of the key, null when there is
   * none; absent, the whole room is searched for it. False when too many keys are pinned.
   */
  pin(key: string, entry?: Entry<S> | null): boolean {
    if (this.#pinned.has(key)) return true;
    if (this.#pinned.size >= MOST_PINNED) return false;
    this.#roomOfKey(key).residents.pin(key, entry);
    this.#pinned.add(key);
    return true;
  }

  unpin(key: string): void {
    this.#because('a key was unpinned');
    if (this.#pinned.delete(key)) this.#roomOfKey(key).residents.unpin(key);
  }

  isPinned(key: string): boolean {
    return this.#pinned.has(key);
  }

  /** Evicts until each room holds at most this part of its bytes, 0 to 1. How many entries went. */
  shrink(part: number): number {
    this.#because('memory pressure');
    let evicted = 0;
    for (const { residents } of this.#rooms()) evicted += residents.shrink(part * residents.bytes);
    return evicted;
  }

  #open({ entries, bytes, eviction = DEFAULT_MEMORY_LIMITS.eviction }: MemoryLimits): Room<S> {
    const evict = (entry: Entry<S>) => this.#evict(entry);
    return { level: this, residents: createResidents(eviction, { entries, bytes }, evict), eviction };
  }

  #because(occasion: string): void {
    this.#newcomer = undefined;
    this.#occasion = occasion;
  }

  #evict(entry: Entry<S>): void {
    const { name, room } = entry.namespace;
    const { eviction } = room as Room<S>;
    const newcomer = this.#newcomer;
    const why = newcomer === undefined ? { occasion: this.#occasion } : { newcomer };
    this.#evicted(entry, { eviction, ...why, ...(room !== this.#common && { room: name }) });
    if (entry.slot === OUT) entry.value = VACANT;
  }

  #rooms(): Room<S>[] {
    return [this.#common, ...this.#own.values()];
  }

  #roomOf(namespace: Namespace): Room<S> {
    const room = namespace.room as Room<S> | undefined;
    if (room?.level === this) return room;
    if (room === undefined) return this.#assign(namespace);
    throw new Error(
      `The namespace "${namespace.name}" belongs to another memory level: give each level namespaces of its own.`,
    );
  }

  #roomOfKey(key: string): Room<S> {
    return this.#own.get(namespaceOf(key)) ?? this.#common;
  }

  /** Gives the namespace the room that its policy names, and the room the pins of its keys. */
  #assign(namespace: Namespace): Room<S> {
    const { name, policy, room = this.#common } = namespace;
    this.#namespaces.add(namespace);
    let assigned = this.#common;
    if (policy.memory) {
      assigned = this.#own.get(name) ?? this.#open(policy.memory);
      this.#own.set(name, assigned);
    } else this.#own.delete(name);
    namespace.room = assigned;
    if (assigned === room) return assigned;
    for (const key of this.#pinned) {
      if (namespaceOf(key) !== name) continue;
      (room as Room<S>).residents.unpin(key);
      assigned.residents.pin(key, null); // entries come later
    }
    return assigned;
  }
}

function refit<S>(room: Room<S>, limits: MemoryLimits): void {
  const { entries, bytes, eviction = DEFAULT_MEMORY_LIMITS.eviction } = limits;
  if (eviction !== room.eviction) room.residents.reorder(createEviction(eviction));
  room.eviction = eviction;
  room.residents.resize({ entries, bytes });
}

function usedAt(entry: { readonly lastHitAt: number; readonly createdAt: number }): number {
  return Math.max(entry.lastHitAt, entry.createdAt);
}
