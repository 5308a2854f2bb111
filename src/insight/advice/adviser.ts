import { outputDigest } from '../../freshness/entries/output.ts';
import type { WorkspaceCache } from '../../freshness/workspace-cache.ts';
import type { MissRatioCurve } from '../../protocol/advice.ts';
import type { LevelSummary } from '../../protocol.ts';
import type { MissFacts } from '../facts/miss-facts.ts';
import { curveOf } from '../miss-ratio/curve.ts';
import { COMMON, type ReadSample } from '../miss-ratio/read-sample.ts';
import type { Advice } from './advice.ts';
import { entryFacts } from './entry-facts.ts';
import { adviceOf } from './rules/rules.ts';
import { type Room, sizeAdvice } from './rules/size.ts';
import { MEGABYTE } from './words.ts';

/** What was found is found again after this, ms: all entries are looked at for it. */
const HOLDS_MS = 2000;

interface Parts {
  readonly workspace: WorkspaceCache;
  readonly misses: MissFacts;
  readonly sample: ReadSample;
  readonly levels: () => readonly LevelSummary[];
  /** A room is advised no larger than this, bytes. */
  readonly mostBytes: () => number;
  readonly now: () => number;
}

/** Looks at what was measured, and says what to change. */
export class Adviser {
  readonly #parts: Parts;
  readonly #since: number;
  #found: { readonly at: number; readonly advice: Promise<readonly Advice[]> } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#since = parts.now();
  }

  advice(): Promise<readonly Advice[]> {
    const now = this.#parts.now();
    if (!this.#found || now - this.#found.at >= HOLDS_MS) {
      const found = { at: now, advice: this.#advise(now) };
      this.#found = found;
      found.advice.catch(() => {
        if (this.#found === found) this.#found = undefined; // who asks again tries again
      });
    }
    return this.#found.advice;
  }

  /** What was found before does not hold any more: something was done. */
  forget(): void {
    this.#found = undefined;
  }

  /** Of the room that namespaces share; undefined when too few reads were seen. */
  curve(): MissRatioCurve | undefined {
    const room = this.#room(COMMON);
    if (!room) return undefined;
    const [advice] = sizeAdvice(room, this.#parts.mostBytes());
    const { setting, to } = advice?.edit ?? {};
    const inBytes = setting === 'agentCache.memory.maxMegabytes' && typeof to === 'number';
    return curveOf(room.shards, room.limits.bytes, inBytes ? to * MEGABYTE : undefined);
  }

  async #advise(now: number): Promise<readonly Advice[]> {
    const { workspace, misses, levels, mostBytes } = this.#parts;
    const { cache } = workspace;
    const namespaces = [...cache.namespaces];
    const own = namespaces.flatMap(({ name, policy }) => (policy.memory ? [name] : []));
    return adviceOf({
      namespaces: namespaces.map((namespace) => ({ namespace, misses: misses.of(namespace.name) })),
      rooms: [COMMON, ...own].flatMap((name) => this.#room(name) ?? []),
      mostBytes: mostBytes(),
      entries: await entryFacts(cache.entries(), now, this.#since),
      levels: levels(),
      keys: {
        told: (key) => misses.paramsTold(key),
        digest: (key) => {
          const entry = cache.entry(key);
          return entry?.inMemory ? outputDigest(entry.value) : undefined;
        },
      },
    });
  }

  #room(name: string): Room | undefined {
    const { sample, workspace } = this.#parts;
    const shards = sample.of(name);
    if (!shards) return undefined;
    const { memory, namespaces } = workspace.cache;
    const target = name === COMMON ? undefined : namespaces.get(name).policy.targets?.hitRate;
    const { entries, bytes, limits } = memory.room(name);
    return { name, entries, bytes, limits, target, shards };
  }
}
