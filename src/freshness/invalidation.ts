import type { Reach } from '../cache/cache.ts';
import type { Observer } from '../cache/guard.ts';
import type { SharedLevel } from '../cache/shared/shared-level.ts';
import type { Bump, Generations } from './generations.ts';
import { compileGlob } from './glob.ts';
import { generationName, selectorOf, sharedNames } from './names.ts';
import { type Indexes, select } from './selection.ts';
import { type Report, report, type Selector } from './selector.ts';
import type { Stamp } from './stamp.ts';

export interface InvalidationParts extends Indexes {
  readonly generations: Generations;
  readonly observer: Observer<Stamp>;
  readonly shared: SharedLevel | undefined;
  /** Writes an invalidation down before it is acknowledged. */
  readonly saveBump: ((bump: Bump) => Promise<void>) | undefined;
}

/** Makes entries unreachable on purpose: what people, agents and other instances ask for. */
export class Invalidation {
  readonly #parts: InvalidationParts;

  constructor(parts: InvalidationParts) {
    this.#parts = parts;
  }

  /** What {@link invalidate} would hit now. */
  preview(selector: Selector): Report {
    return report(select(selector, this.#parts));
  }

  /** Makes what the selector names unreachable; settles when a restart cannot bring it back. */
  async invalidate(selector: Selector, cause: string, reach: Reach): Promise<Report> {
    const { cache } = this.#parts;
    const entries = select(selector, this.#parts);
    const miss = { reason: 'invalidated', detail: cause } as const;
    const told = reach === 'everywhere' ? this.#tell(selector, cause) : undefined;
    const name = generationName(selector);
    const saved = name && this.#bump(name, cause);
    if (name && ('tag' in selector || 'namespace' in selector)) {
      // From now on the generation tells: counting and making room can wait.
      await new Promise(setImmediate);
      const hit = report(entries);
      await Promise.all([told, saved, cache.forget(entries, miss)]);
      return hit;
    }
    const hit = report(entries);
    if ('level' in selector) {
      if (selector.level !== 'shared') await cache.clearLevel(selector.level, miss);
      await told;
      return hit;
    }
    if ('all' in selector) {
      await Promise.all([told, saved, cache.clear(miss)]);
      return hit;
    }
    const keys = 'key' in selector ? [selector.key] : 'keys' in selector ? selector.keys : [];
    const unlisted = keys.filter((key) => !cache.entry(key));
    await Promise.all([
      told,
      saved,
      cache.invalidate(entries, miss),
      cache.deleteMany(unlisted, 'here'),
      ...('pattern' in selector ? [cache.invalidateUnlisted(compileGlob(selector.pattern))] : []),
    ]);
    return hit;
  }

  /** What other instances have invalidated: nothing of it is served from here any more. */
  async hear(bumps: readonly { readonly name: string; readonly cause: string }[]): Promise<void> {
    const keys: string[] = [];
    for (const { name, cause } of bumps) {
      const selector = selectorOf(name);
      if (selector && 'key' in selector) keys.push(selector.key);
      else if (selector) await this.#follow(selector, `${cause} (another instance)`);
    }
    if (keys.length > 0) await this.#parts.cache.deleteMany(keys, 'here');
  }

  /** A selector that is none hits everything: in doubt nothing is served. */
  async #follow(selector: Selector, cause: string): Promise<void> {
    try {
      await this.invalidate(selector, cause, 'here');
    } catch (error) {
      this.#parts.observer.problem('shared', error as Error);
      await this.invalidate({ all: true }, cause, 'here');
    }
  }

  async #bump(name: string, cause: string): Promise<void> {
    const { generations, saveBump, observer } = this.#parts;
    const bump = generations.bump(name, cause);
    try {
      await saveBump?.(bump);
    } catch (error) {
      observer.problem('file', error as Error);
    }
  }

  async #tell(selector: Selector, cause: string): Promise<void> {
    await this.#parts.shared?.invalidate(sharedNames(selector).map((name) => ({ name, cause })));
  }
}
