import type { Entry } from '../../cache/entry.ts';
import { hashOf } from '../../cache/eviction/ghosts.ts';
import type { Miss } from '../../cache/guard.ts';
import type { Namespace, Namespaces } from '../../cache/namespace.ts';
import { type ReadEnd, Shards } from './shards.ts';

/** Keys followed of the room that namespaces share, and of each that has one of its own. */
const COMMON_KEYS = 4096;
const OWN_KEYS = 512;
/** Rooms of namespaces that are followed: with the common one 8,192 keys. */
const MOST_OWN = 8;
/** Sampled reads looked at between two beats; when there are more, fewer keys are followed from then on. */
const MOST_LOOKED_AT = 4096;
/** So many are put aside, and then looked at together: under a millisecond. */
const AT_ONCE = 256;
/** So many keys are always followed; what then is too much is left out. */
const FEWEST_KEYS = 256;

/** The room that is not a namespace's own. */
export const COMMON = '';

interface Followed {
  readonly shards: Shards;
  /** Reads of the room's namespaces at the last beat. */
  reads: number;
}

/** A read that was answered, or the hash of the key of one that was not. */
type Waiting = Entry<unknown> | { readonly hash: number; readonly room: string; readonly end: ReadEnd };

/**
 * Follows some of the reads of each room of the memory level. On the way of a hit, a followed entry
 * is put aside, to be looked at with others.
 */
export class ReadSample {
  readonly #namespaces: Namespaces;
  readonly #rooms = new Map<string, Followed>();
  #waiting: Waiting[] = [];
  #lookedAt = 0;

  constructor(namespaces: Namespaces) {
    this.#namespaces = namespaces;
  }

  /** Of a room by the name of the namespace that it belongs to; undefined when it is not followed. */
  of(room: string): Shards | undefined {
    return this.#rooms.get(room)?.shards;
  }

  entered(entry: Entry<unknown>): void {
    const shards = this.#room(entry.namespace)?.shards;
    if (!shards) return;
    const hash = hashOf(entry.key);
    entry.sampled = shards.takes(hash);
    if (!entry.sampled) return;
    this.#drain(); // what was read before was as large as it was then
    shards.sized(hash, entry.bytes);
  }

  hit(entry: Entry<unknown>): void {
    this.#put(entry);
  }

  missed(key: string, { reason }: Miss): void {
    const namespace = this.#namespaces.of(key);
    const shards = this.#room(namespace)?.shards;
    const hash = hashOf(key);
    if (!shards?.takes(hash)) return;
    const end = reason === 'evicted' || reason === 'never-cached' ? 'avoidable' : 'unavoidable';
    this.#put({ hash, room: roomOf(namespace), end });
  }

  /** About once a second. */
  beat(): void {
    this.#drain();
    const tooMany = this.#lookedAt > MOST_LOOKED_AT;
    this.#lookedAt = 0;
    const counted = new Map<string, number>();
    for (const namespace of this.#namespaces) {
      const { memoryHits, fileHits, sharedHits, misses } = namespace;
      const room = roomOf(namespace);
      counted.set(room, (counted.get(room) ?? 0) + memoryHits + fileHits + sharedHits + misses);
    }
    for (const [name, room] of this.#rooms) {
      const reads = counted.get(name) ?? 0;
      room.shards.settle(tooMany ? undefined : reads - room.reads);
      room.reads = reads;
      if (tooMany && room.shards.sampled > FEWEST_KEYS) room.shards.halve();
    }
  }

  #put(read: Waiting): void {
    if (++this.#lookedAt > MOST_LOOKED_AT) return;
    this.#waiting.push(read);
    if (this.#waiting.length >= AT_ONCE) this.#drain();
  }

  #drain(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const read of waiting) {
      if ('end' in read) this.#rooms.get(read.room)?.shards.read(read.hash, read.end);
      else {
        const shards = this.#room(read.namespace)?.shards;
        const hash = hashOf(read.key);
        if (shards?.takes(hash)) shards.read(hash, 'hit', read.bytes);
        else read.sampled = false;
      }
    }
  }

  #room(namespace: Namespace): Followed | undefined {
    const name = roomOf(namespace);
    const known = this.#rooms.get(name);
    const own = this.#rooms.size - Number(this.#rooms.has(COMMON));
    if (known || (name !== COMMON && own >= MOST_OWN)) return known;
    const room = { shards: new Shards(name === COMMON ? COMMON_KEYS : OWN_KEYS), reads: 0 };
    this.#rooms.set(name, room);
    return room;
  }
}

function roomOf({ name, policy }: Namespace): string {
  return policy.memory ? name : COMMON;
}
