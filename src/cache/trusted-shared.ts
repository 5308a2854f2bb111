import { ON_SHARED } from './entry.ts';
import type { Guard, Observer } from './guard.ts';
import type { Variant } from './head.ts';
import type { Ask, Current, Found, LowerLevel, Missed, Put } from './lower-level.ts';
import type { Namespaces } from './namespace.ts';
import { Restore } from './restore.ts';
import type { SharedLevel } from './shared/shared-level.ts';

/** Name under which one key is invalidated on all instances. */
export function keyName(key: string): string {
  return `key ${key}`;
}

/** Name under which all records of the shared level are invalidated, and nothing on other levels. */
export const EVERY_RECORD = 'records';

/** Name under which other instances hear that their copies of a key are out of date; the record is not. */
function copyName(key: string): string {
  return `copy ${key}`;
}

/**
 * The shared level as far as it can be trusted. While the server cannot be reached nothing is asked
 * of it, and what has to be invalidated there waits in the level itself.
 */
export class TrustedShared<S> implements LowerLevel<S> {
  readonly name = 'shared';
  readonly bit = ON_SHARED;
  readonly clearings = 0;
  readonly #shared: SharedLevel;
  readonly #guard: Guard<S>;
  readonly #observer: Observer<S>;
  readonly #restore: Restore<S>;

  constructor(
    shared: SharedLevel,
    guard: Guard<S>,
    observer: Observer<S>,
    namespaces: Namespaces,
    now: () => number,
  ) {
    this.#shared = shared;
    this.#guard = guard;
    this.#observer = observer;
    const source = {
      variantsMany: async (keys: readonly string[]) => (await shared.lookup(keys)).found,
      values: (wanted: readonly { readonly key: string; readonly variant: Variant }[]) =>
        Promise.all(wanted.map(({ key, variant }) => shared.value(key, variant))),
    };
    this.#restore = new Restore({
      level: 'shared',
      bit: ON_SHARED,
      source,
      guard,
      observer,
      namespaces,
      now,
    });
  }

  get #up(): boolean {
    return this.#shared.state.state === 'up';
  }

  get swaps(): boolean {
    return this.#up && this.#shared.swaps;
  }

  async find(asks: readonly Ask[]): Promise<readonly (Found<S> | Missed)[]> {
    if (!this.#up) return asks.map((ask) => this.#unreachable(ask, this.#shared.state.problem));
    const moment = this.#guard.moment();
    try {
      const { sequence, found } = await this.#shared.lookup(asks.map(({ key }) => key));
      const answers = await this.#restore.find(asks, found, moment);
      return answers.map((answer) => ('miss' in answer ? { ...answer, sharedAt: sequence } : answer));
    } catch (error) {
      this.#observer.problem('shared', error as Error);
      return asks.map((ask) => this.#unreachable(ask, (error as Error).message));
    }
  }

  /** What no level above has had is missed because this one cannot be asked. */
  #unreachable({ miss }: Ask, problem = 'the server cannot be reached'): Missed {
    if (miss.reason !== 'never-cached') return { miss };
    return { miss: { reason: 'failed', detail: `shared level: ${problem}` } };
  }

  async write(puts: readonly Put<S>[]): Promise<void> {
    const rows = this.#up ? puts.flatMap((put) => this.#row(put) ?? []) : [];
    let stored: ReadonlySet<string> = new Set();
    try {
      if (rows.length > 0) stored = await this.#shared.put(rows);
    } catch (error) {
      this.#observer.problem('shared', error as Error);
    }
    const copies: string[] = [];
    const outdated: string[] = [];
    for (const { entry, outside } of puts) {
      const there = stored.has(entry.key);
      if (!there) entry.on &= ~ON_SHARED;
      if (outside) (there ? copies : outdated).push(entry.key);
    }
    await this.#tell(copies.map(copyName), 'set by another instance');
    await this.remove(outdated); // what was there before it
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#tell(keys.map(keyName), 'deleted');
  }

  async current(ask: Ask): Promise<Current<S> | undefined> {
    const moment = this.#guard.moment();
    try {
      const { found } = await this.#shared.lookup([ask.key]);
      const [answer] = await this.#restore.find([ask], found, moment);
      return { answer: answer ?? ask, newest: found[0]?.[0] };
    } catch (error) {
      this.#observer.problem('shared', error as Error);
      return undefined;
    }
  }

  async swap(newest: Variant | undefined, put: Put<S>): Promise<boolean | undefined> {
    const row = this.#row(put);
    if (!row) return undefined;
    try {
      const swapped = await this.#shared.swap(row.key, newest, row);
      if (swapped) await this.#tell([copyName(row.key)], 'updated by another instance');
      return swapped;
    } catch (error) {
      this.#observer.problem('shared', error as Error);
      return undefined;
    }
  }

  /** Undefined for what rests on too many inputs to be invalidated by one of them. */
  #row({ entry, id, encoded, sharedAt }: Put<S>) {
    const names = this.#guard.names(entry.stamp);
    if (!names) return undefined;
    const { key, createdAt, expiresAt, costMs } = entry;
    const stamp = this.#guard.portable(this.#guard.dump(entry.stamp));
    const variant = { id, stamp, createdAt, expiresAt, costMs };
    const started = sharedAt ?? this.#shared.sequence;
    const most = entry.namespace.policy.variants;
    return { key, variant, bytes: encoded, most, names: [...names, keyName(key), EVERY_RECORD], started };
  }

  async #tell(names: readonly string[], cause: string): Promise<void> {
    if (names.length > 0) await this.#shared.invalidate(names.map((name) => ({ name, cause })));
  }
}
