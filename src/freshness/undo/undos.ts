import type { Cache } from '../../cache/cache.ts';
import type { Observer } from '../../cache/guard.ts';
import type { GenerationStore } from '../generation-store.ts';
import type { Bump, Generations } from '../generations.ts';
import type { Instances } from '../instances/instances.ts';
import { covers } from '../selection.ts';
import type { Selector } from '../selector.ts';
import type { Stamp } from '../stamp.ts';
import { Draft } from './draft.ts';
import { type UndoLimits, UndoLog } from './undo-log.ts';
import type { StoredUndo, UndoRecord } from './undo-record.ts';
import type { UndoStore } from './undo-store.ts';

export interface UndosOptions {
  /** Asked for when the first invalidation is made. */
  readonly cache: () => Cache<Stamp>;
  readonly generations: Generations;
  /** Absent, undoing ends with the process. */
  readonly store: UndoStore | undefined;
  readonly generationStore: Pick<GenerationStore, 'revoke'> | undefined;
  /** Bound of the file level; undefined when there is none. */
  readonly fileBytes: () => number | undefined;
  readonly limits: () => UndoLimits;
  readonly instances: Instances | undefined;
  readonly observer: Observer<Stamp>;
  readonly now: () => number;
}

/** What came back. */
export interface UndoReport extends Pick<UndoRecord, 'id' | 'selector' | 'cause'> {
  readonly entries: number;
  readonly bytes: number;
}

/** Undo records whose keys are remembered that the shared level had. */
const MOST_SHARED = 20;

/** Makes invalidations such that they can be taken back, and takes them back. */
export class Undos {
  readonly log: UndoLog;
  readonly #options: UndosOptions;
  /** Keys that the shared level is to be offered again, by invalidation. */
  readonly #shared = new Map<string, ReadonlySet<string>>();

  constructor(options: UndosOptions) {
    this.#options = options;
    const { store, fileBytes, limits, now, observer, cache } = options;
    this.log = new UndoLog({
      store,
      fileBytes,
      limits,
      now,
      problem: (error) => observer.problem('file', error),
      turnedOver: (standing) => cache().removing.kept.retain(standing),
    });
  }

  draft(selector: Selector, cause: string, bumps: readonly Bump[]): Draft {
    const { cache, now } = this.#options;
    return new Draft({ cache: cache(), log: this.log, selector, cause, bumps, at: now() });
  }

  /** What came back can be offered to the shared level again as long as this process lives. */
  remember({ withdrawal: { id, shared } }: Draft): void {
    if (shared.size === 0) return;
    this.#shared.set(id, shared);
    const [oldest] = this.#shared.keys();
    if (this.#shared.size > MOST_SHARED && oldest !== undefined) this.#shared.delete(oldest);
  }

  /**
   * Takes an invalidation back, the last one without an id. Rejects with an UndoError when there is
   * none, or when the file level fails: then it can be tried again.
   */
  async undo(id?: string): Promise<UndoReport> {
    return this.#run(await this.log.claim(id));
  }

  /** Before the file level is read: what other processes left, and what one of them did not end. */
  async load(): Promise<void> {
    for (const { id } of await this.log.load()) await this.undo(id);
  }

  async #run(record: StoredUndo): Promise<UndoReport> {
    const { cache, generations, generationStore, instances } = this.#options;
    const { id, selector, cause, bumps, keys } = record;
    try {
      for (const { name, at } of bumps) {
        await generationStore?.revoke(name, at);
        generations.revoke(name, at);
      }
      const shared = this.#shared.get(id) ?? NONE;
      const listed = await cache().removing.bringBack(id, keys, shared);
      // What had been out of reach for its inputs and holds again is listed by the way.
      const entries = 'level' in selector ? listed : listed.filter(covers(selector));
      await this.log.done(id);
      this.#shared.delete(id);
      const revoked = bumps.map(({ name, at }) => {
        return { kind: 'revoked', name, at, before: generations.of(name).at } as const;
      });
      await instances?.tell(revoked);
      return {
        id,
        selector,
        cause,
        entries: entries.length,
        bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    } catch (error) {
      this.log.release(record);
      throw error;
    }
  }
}

const NONE: ReadonlySet<string> = new Set();
