import { expect, it } from 'vitest';
import { decode, encode } from '../../../src/cache/codec.ts';
import type { Announced } from '../../../src/cache/shared/pending-bumps.ts';
import { SharedLevel } from '../../../src/cache/shared/shared-level.ts';
import { Random } from '../../support/fuzz/random.ts';
import { ChaosStore } from './chaos.ts';
import { MemoryServer, MemoryStore } from './memory-store.ts';

const KEYS = ['k:1', 'k:2', 'k:12', 'j:1'];
const TAGS = ['tag a', 'tag b', 'tag c'];
const matches = (pattern: string, key: string) => key.startsWith(pattern.slice(0, -1));

/** Something that happened at a moment of the run; moments are counted, not measured. */
interface Invalidation {
  readonly name: string;
  readonly at: number;
  /** The machine on which it was asked for; on the server it holds for all. */
  readonly on?: Machine;
  readonly by?: SharedLevel;
  acknowledged: boolean;
}

interface Value {
  readonly key: string;
  readonly names: readonly string[];
  /** The look-up before it was computed had ended by then. */
  readonly begun: number;
}

interface Machine {
  level: SharedLevel;
  readonly wire: MemoryStore;
  readonly chaos: ChaosStore;
  /** On its own disk. */
  kept: readonly Announced[];
}

class World {
  readonly server = new MemoryServer();
  readonly machines: Machine[] = [];
  readonly violations: string[] = [];
  served = 0;
  readonly #random: Random;
  readonly #invalidations: Invalidation[] = [];
  readonly #values: Value[] = [];
  #now = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.server.listeners.add(({ bumps }) => {
      for (const { name } of bumps) this.#invalidations.push({ name, at: ++this.#now, acknowledged: true });
    });
    for (let i = 0; i < 3; i++) {
      const wire = new MemoryStore(this.server);
      const chaos = new ChaosStore(wire, this.#random);
      const machine = { wire, chaos, kept: [] } as unknown as Machine;
      machine.level = this.#level(machine);
      this.machines.push(machine);
    }
  }

  async act(): Promise<void> {
    const machine = this.#random.pick(this.machines);
    const deeds = {
      compute: 8,
      serve: 12,
      invalidate: 3,
      flap: 0.5,
      restart: 0.3,
      trim: 0.3,
      evict: 0.2,
      lose: 0.1,
    };
    const deed = this.#random.weighted(deeds);
    if (deed === 'compute') await this.compute(machine, this.#random.pick(KEYS)).catch(() => {});
    else if (deed === 'serve') await this.serve(machine, this.#random.pick(KEYS)).catch(() => {});
    else if (deed === 'invalidate') await this.#invalidate(machine);
    else if (deed === 'flap') await this.#flap(machine);
    else if (deed === 'restart') this.#restart(machine);
    else if (deed === 'trim') this.server.trim(2);
    else if (deed === 'evict') this.#evict();
    else this.server.records.clear();
  }

  /** Rejects as the level does. */
  async compute(machine: Machine, key: string): Promise<void> {
    const { level } = machine;
    const { sequence } = await level.lookup([key]);
    const names = ['*', `key ${key}`, this.#random.pick(TAGS)];
    const id = this.#values.push({ key, names, begun: ++this.#now }) - 1;
    for (let turns = this.#random.below(6); turns > 0; turns--) await new Promise(setImmediate);
    const variant = { id: `v${id % 5}`, stamp: null, costMs: 1, createdAt: 1, expiresAt: 0 };
    await level.put([{ key, variant, bytes: await encode(id), names, started: sequence }]);
  }

  async serve(machine: Machine, key: string): Promise<number> {
    const { level } = machine;
    const asked = ++this.#now;
    const calls = machine.wire.calls.length;
    const { found } = await level.lookup([key]);
    const values = await Promise.all((found[0] ?? []).map((variant) => level.value(key, variant)));
    expect(machine.wire.calls.length - calls).toBeLessThan(200); // of all that go on at once
    for (const bytes of values) {
      if (bytes === undefined) continue;
      const id = decode(bytes);
      const value = this.#values[id as number];
      this.served++;
      if (value?.key !== key) this.violations.push(`${key} got ${id}, of ${value?.key}`);
      for (const { name, at, on, by, acknowledged } of this.#invalidations) {
        if (!value || at >= asked || at <= value.begun) continue;
        // A process that died before it could acknowledge owes nothing.
        if (on && (on !== machine || (by !== level && !acknowledged))) continue;
        const hit = name.startsWith('pattern ') ? matches(name.slice(8), key) : value.names.includes(name);
        if (hit)
          this.violations.push(`${key} got ${id} of ${value.begun}, asked at ${asked}; ${name} at ${at}`);
      }
    }
    return values.filter((bytes) => bytes !== undefined).length;
  }

  async heal(): Promise<void> {
    this.server.loseGenerations(1_000_000);
    for (const machine of this.machines) {
      machine.chaos.failing = 0;
      machine.wire.state = { state: 'up' };
      for (let i = 0; i < 3; i++) await machine.level.lookup([]);
      await machine.level.flush();
    }
  }

  /** The places that follow may have been there before, as with a clock that was set back. */
  #evict(): void {
    const { place } = this.server.position;
    this.server.loseGenerations(place - 5 + this.#random.below(20));
  }

  /** Down for a while. */
  async #flap(machine: Machine): Promise<void> {
    machine.wire.state = { state: 'down' };
    for (let turns = this.#random.below(60); turns > 0; turns--) await new Promise(setImmediate);
    machine.wire.state = { state: 'up' };
  }

  async #invalidate(machine: Machine): Promise<void> {
    const names = [...TAGS, ...KEYS.map((key) => `key ${key}`), 'pattern k:1*', '*'];
    const name = this.#random.pick(names);
    const { level } = machine;
    const asked = { name, at: ++this.#now, on: machine, by: level };
    const invalidation: Invalidation = { ...asked, acknowledged: false };
    this.#invalidations.push(invalidation);
    await level.invalidate([{ name, cause: 'chaos' }]);
    if (level === machine.level) invalidation.acknowledged = true; // else there was nobody left to be told
  }

  /** As after a crash: what the old level was about to do may still reach the server, but not the disk. */
  #restart(machine: Machine): void {
    machine.level = this.#level(machine);
  }

  #level(machine: Machine): SharedLevel {
    const level: SharedLevel = new SharedLevel(machine.chaos, {
      matches,
      problem: () => {},
      pollMs: 3_600_000,
      undelivered: {
        load: async () => machine.kept,
        save: async (list) => {
          if (level === machine.level) machine.kept = list;
        },
      },
    });
    return level;
  }
}

it.each(Array.from({ length: 60 }, (_, i) => i + 1))(
  'is never wrong, whatever the network does (seed %i)',
  async (seed) => {
    const world = new World(seed);
    const stream = async () => {
      for (let i = 0; i < 120; i++) await world.act();
    };
    await Promise.all(Array.from({ length: 6 }, stream));
    expect(world.violations).toEqual([]);
    expect(world.served).toBeGreaterThan(0);
    await world.heal();
    const [one, other] = world.machines;
    if (!one || !other) throw new Error('No machines.');
    await world.compute(one, 'k:2');
    let served = 0;
    for (let i = 0; i < 20 && served === 0; i++) served = await world.serve(other, 'k:2'); // records may still come torn
    expect(served).toBeGreaterThan(0);
    expect(world.machines.map(({ kept }) => kept)).toEqual([[], [], []]);
    expect(world.violations).toEqual([]);
  },
);
