import type { Reach } from '../cache/cache.ts';
import type { Entry } from '../cache/entry.ts';
import type { Miss, Observer } from '../cache/guard.ts';
import type { SharedLevel } from '../cache/shared/shared-level.ts';
import type { Bump, Generations } from './generations.ts';
import type { Instances } from './instances/instances.ts';
import { announcementsOf } from './instances/told.ts';
import { generationNames, selectorOf, sharedNames } from './names.ts';
import { covers, type Indexes, type Subject, scan, select } from './selection.ts';
import { type Report, report, type Selector } from './selector.ts';
import type { Stamp } from './stamp.ts';
import type { Draft, Undoable } from './undo/draft.ts';
import type { Undos } from './undo/undos.ts';

export interface InvalidationParts extends Indexes {
  readonly generations: Generations;
  readonly observer: Observer<Stamp>;
  readonly shared: SharedLevel | undefined;
  /** Writes an invalidation down before it is acknowledged. */
  readonly saveBump: ((bump: Bump) => Promise<void>) | undefined;
  readonly undos: Undos;
  /** The other processes on the file level. */
  readonly instances: Instances | undefined;
}

/** What an invalidation hit, and what of it can be taken back. */
export type Invalidated = Report & Undoable;

/** Whether the generation of a name tells of every entry that is hit. */
function hasOwnName(selector: Selector): boolean {
  return (
    'tag' in selector ||
    'tags' in selector ||
    'namespace' in selector ||
    'topic' in selector ||
    'file' in selector
  );
}

/** Makes entries unreachable on purpose: what people, agents and other instances ask for. */
export class Invalidation {
  readonly #parts: InvalidationParts;

  constructor(parts: InvalidationParts) {
    this.#parts = parts;
  }

  /**
   * Makes what the selector names unreachable; settles when a restart cannot bring it back, and other
   * processes on the file level can hear of it. `forGood`: it cannot be undone.
   */
  async invalidate(
    selector: Selector,
    cause: string,
    reach: Reach,
    forGood = reach === 'here',
  ): Promise<Invalidated> {
    const since = Date.now();
    const hit = await this.#invalidate(selector, cause, reach, forGood);
    if (reach === 'everywhere') await this.#parts.instances?.tell(announcementsOf(selector, cause, since));
    return hit;
  }

  async #invalidate(selector: Selector, cause: string, reach: Reach, forGood: boolean): Promise<Invalidated> {
    const covered = covers(selector); // throws for one that is none, before anybody hears of it
    const { generations, undos } = this.#parts;
    const told = reach === 'everywhere' ? this.#tell(selector, cause) : undefined;
    const bumps = generationNames(selector).map((name) => generations.bump(name, cause));
    const saved = Promise.all(bumps.map((bump) => this.#save(bump, reach)));
    if (forGood) {
      const hit = await this.#remove(selector, covered, cause, undefined);
      await Promise.all([told, saved]);
      return { ...hit, undoable: 0 };
    }
    const draft = undos.draft(selector, cause, bumps);
    const release = this.#parts.cache.removing.expect(draft.withdrawal, covered);
    try {
      const hit = await this.#remove(selector, covered, cause, draft);
      await Promise.all([told, saved, draft.withdrawal.recorded]);
      const onShared = 'level' in selector && selector.level === 'shared';
      const undoable = draft.finish(onShared ? draft.withdrawal.shared.size : 0);
      if (undoable.undo !== undefined) undos.remember(draft);
      return { ...hit, ...undoable };
    } finally {
      release();
      draft.end();
    }
  }

  /** Takes what is covered off the levels of this machine; with a draft, such that it can come back. */
  async #remove(
    selector: Selector,
    covered: (subject: Subject) => boolean,
    cause: string,
    draft: Draft | undefined,
  ): Promise<Report> {
    const { cache } = this.#parts;
    const { removing } = cache;
    const undo = draft?.withdrawal;
    const miss: Miss = {
      reason: 'invalidated',
      detail: cause,
      since: Date.now(),
      ...(undo && { undo: undo.id }),
    };
    const begin = (entries: readonly Entry<Stamp>[]) => {
      const hit = report(entries);
      draft?.begin(entries, hit);
      return hit;
    };
    if (hasOwnName(selector)) {
      const finding = scan(selector, this.#parts);
      // From now on the generation tells: counting and making room can wait.
      await new Promise(setImmediate);
      const entries = await finding;
      const hit = begin(entries);
      await removing.forget(entries, miss, undo);
      return hit;
    }
    if ('pattern' in selector || 'regex' in selector || 'createdBefore' in selector) {
      // First what is under way or not listed, so that nothing of it is listed after it was looked for.
      const matches = (key: string) => covered((!undo && cache.entry(key)) || { key });
      const before = 'createdBefore' in selector ? selector.createdBefore : undefined;
      const unlisted = removing.invalidateUnlisted(matches, undo, before);
      const entries = await scan(selector, this.#parts);
      const hit = begin(entries);
      await Promise.all([unlisted, removing.invalidate(entries, miss, undo)]);
      return hit;
    }
    const entries = select(selector, this.#parts);
    const hit = begin(entries);
    if ('level' in selector) {
      const { level } = selector;
      if (level !== 'shared') await removing.clearLevel(level, miss, undo);
      else for (const entry of entries) if (entry.inFile || entry.inMemory) undo?.hit(entry);
    } else if ('all' in selector) await removing.clear(miss, undo);
    else {
      const keys = 'key' in selector ? [selector.key] : 'keys' in selector ? selector.keys : [];
      const unlisted = keys.filter((key) => !cache.entry(key));
      await removing.invalidate(entries, miss, undo, unlisted);
    }
    return hit;
  }

  /** What other instances have invalidated: nothing of it is served from here any more. */
  async hear(bumps: readonly { readonly name: string; readonly cause: string }[]): Promise<void> {
    const keys: string[] = [];
    const following: Promise<unknown>[] = [];
    for (const { name, cause } of bumps) {
      const selector = selectorOf(name);
      if (selector && 'key' in selector) keys.push(selector.key);
      else if (selector) following.push(this.#follow(selector, `${cause} (another instance)`));
    }
    if (keys.length > 0) following.push(this.#parts.cache.deleteMany(keys, 'here'));
    await Promise.all(following); // side by side: each holds from its call on
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

  async #save(bump: Bump, reach: Reach): Promise<void> {
    const { saveBump, observer, instances } = this.#parts;
    try {
      await saveBump?.(bump);
    } catch (error) {
      observer.problem('file', error as Error);
    }
    if (reach === 'everywhere') await instances?.tell([{ kind: 'bumped', ...bump }]);
  }

  async #tell(selector: Selector, cause: string): Promise<void> {
    await this.#parts.shared?.invalidate(sharedNames(selector).map((name) => ({ name, cause })));
  }
}
