import type { Announced } from '../../../src/cache/shared/pending-bumps.ts';
import {
  type Bump,
  type Bumps,
  type Position,
  type SharedState,
  type SharedStore,
  SharedStoreError,
  type SharedWrite,
} from '../../../src/cache/shared/shared-store.ts';

/** What a server does, in memory and at once; several stores are connected to it. */
export class MemoryServer {
  readonly records = new Map<string, Uint8Array>();
  readonly listeners = new Set<(bumps: Bumps, by: unknown) => void>();
  #line = 'line-0';
  #lines = 0;
  #floor = 1;
  #place = 1;
  #names = new Map<string, Bump>();

  get position(): Position {
    return { place: this.#place, line: this.#line };
  }

  /** Evicts the record of invalidations. Places may come again, as with a clock that was set back. */
  loseGenerations(floor: number): void {
    this.#line = `line-${++this.#lines}`;
    this.#floor = floor;
    this.#place = floor;
    this.#names.clear();
  }

  bump(bumps: readonly Announced[], by: unknown): Bumps {
    const from = this.#place;
    const placed = bumps.map(({ name, cause }) => ({ name, cause, at: ++this.#place }));
    for (const bump of placed) {
      this.#names.delete(bump.name);
      this.#names.set(bump.name, bump);
    }
    const told = { position: this.position, from, floor: this.#floor, bumps: placed };
    for (const listener of this.listeners) listener(told, by);
    return told;
  }

  /** Forgets all but the newest names. */
  trim(most: number): void {
    for (const [name, { at }] of this.#names) {
      if (this.#names.size <= most) return;
      this.#names.delete(name);
      this.#floor = Math.max(this.#floor, at);
    }
  }

  since({ place, line }: Position): Bumps {
    const from = line === this.#line ? Math.max(place, this.#floor) : this.#floor;
    const bumps = [...this.#names.values()].filter(({ at }) => at > from);
    return { position: this.position, from, floor: this.#floor, bumps };
  }
}

/** A connection to a {@link MemoryServer}: always up until it is said to be down. */
export class MemoryStore implements SharedStore {
  readonly kind = 'redis';
  largest = 1024 * 1024;
  /** How often the server was asked, by method. */
  readonly calls: string[] = [];
  readonly #server: MemoryServer;
  readonly #states = new Set<(state: SharedState) => void>();
  #state: SharedState = { state: 'up' };

  constructor(server: MemoryServer) {
    this.#server = server;
  }

  get state(): SharedState {
    return this.#state;
  }

  set state(state: SharedState) {
    this.#state = state;
    for (const listener of this.#states) listener(state);
  }

  async read(keys: readonly string[]) {
    this.#ask('read');
    return { records: keys.map((key) => this.#server.records.get(key)), position: this.#server.position };
  }

  async write(writes: readonly SharedWrite[]) {
    if (writes.length === 0) return;
    this.#ask('write');
    for (const { key, value } of writes) this.#server.records.set(key, value);
  }

  async remove(keys: readonly string[]) {
    this.#ask('remove');
    for (const key of keys) this.#server.records.delete(key);
  }

  async swap({ key, value }: SharedWrite, was: Uint8Array | undefined) {
    this.#ask('swap');
    const now = this.#server.records.get(key);
    if (now === undefined ? was !== undefined : was === undefined || Buffer.compare(now, was) !== 0)
      return false;
    this.#server.records.set(key, value);
    return true;
  }

  async bump(bumps: readonly Announced[]) {
    this.#ask('bump');
    return this.#server.bump(bumps, this);
  }

  async bumpsSince(known: Position) {
    this.#ask('bumpsSince');
    return this.#server.since(known);
  }

  onBump(listener: (bumps: Bumps) => void) {
    const own = (bumps: Bumps, by: unknown) => {
      if (by !== this) listener(bumps);
    };
    this.#server.listeners.add(own);
    return { dispose: () => void this.#server.listeners.delete(own) };
  }

  onState(listener: (state: SharedState) => void) {
    this.#states.add(listener);
    return { dispose: () => void this.#states.delete(listener) };
  }

  async close() {
    this.#state = { state: 'down' };
  }

  #ask(method: string): void {
    if (this.#state.state !== 'up') throw new SharedStoreError('unavailable', 'The server is down.');
    this.calls.push(method);
  }
}
