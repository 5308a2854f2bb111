import type { Entry } from '../../cache/entry.ts';
import type { FileLevel } from '../../cache/file-level.ts';
import type { Computed } from '../../cache/file-siblings.ts';
import type { Miss, Observer } from '../../cache/guard.ts';
import { Slices } from '../../cache/slices.ts';
import { EVERYTHING, type Generations } from '../generations.ts';
import { selectorOf } from '../names.ts';
import { covers, type Indexes, scan } from '../selection.ts';
import type { Selector } from '../selector.ts';
import type { Stamp } from '../stamp.ts';
import type { Announcement } from './announcement.ts';
import type { Instances, Listener } from './instances.ts';

export interface HearingParts extends Indexes {
  readonly instances: Instances;
  readonly file: FileLevel | undefined;
  readonly generations: Generations;
  readonly observer: Observer<Stamp>;
  readonly now: () => number;
  /** Takes over all invalidations that are written down. */
  readonly reload: () => Promise<void>;
}

/** A time before which nothing was written here: others need not doubt what they have written. */
const NO_DOUBT = Number.MAX_SAFE_INTEGER;

/**
 * What other processes on the store have invalidated or changed is gone from memory and from what is
 * under way here. The file level they have changed themselves: it stays as it is, and is looked
 * into again; what it has from before is told by its stamps.
 */
export class Hearing implements Listener {
  readonly #parts: HearingParts;

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  async heard(said: readonly Announcement[]): Promise<void> {
    for (const one of said) {
      try {
        await this.#follow(one);
      } catch (error) {
        this.#parts.observer.problem('instances', error as Error);
        await this.missed('an announcement could not be followed', this.#parts.now());
      }
    }
  }

  async missed(why: string, since: number): Promise<void> {
    const { cache, instances, generations, observer, reload } = this.#parts;
    const { file } = instances;
    const late = file.lateWrites(since, () => true);
    try {
      await file.refresh?.();
      await reload();
    } catch (error) {
      observer.problem('instances', error as Error);
      generations.bump(EVERYTHING, heardOf(why));
    }
    await file.follow('change', () => cache.clear(missOf(why)));
    try {
      await this.#takeBack(late);
      await cache.loadCatalog();
    } catch (error) {
      observer.problem('instances', error as Error);
    }
  }

  async #follow(one: Announcement): Promise<void> {
    const { cache, instances, now } = this.#parts;
    switch (one.kind) {
      case 'bumped':
        return this.#bumped(one.name, one.at, one.cause);
      case 'keys':
        return this.#replaced({ keys: one.keys }, one);
      case 'namespaces':
        for (const namespace of one.namespaces) await this.#replaced({ namespace }, one);
        return;
      case 'invalidated': {
        const selector = selectorOf(one.name);
        return selector ? this.#replaced(selector, one) : this.missed(one.cause, one.since);
      }
      case 'cleared':
        return instances.file.follow('change', () => cache.clearLevel('file', missOf(one.cause)));
      case 'revoked':
        return this.#revoked(one);
      case 'everything':
        return this.missed(one.cause, now());
    }
  }

  /** What it kept out of reach is listed again. */
  async #revoked({ name, at, before }: { name: string; at: number; before: number }): Promise<void> {
    const { cache, instances, generations, now } = this.#parts;
    await instances.file.refresh?.();
    generations.revoke(name, at);
    if (generations.of(name).at < before) return this.missed('an undo tells of more than was heard', now());
    await cache.loadCatalog();
  }

  /** Under the very place that the others know, so that all agree on what came after what. */
  async #bumped(name: string, at: number, cause: string): Promise<void> {
    const { generations, now } = this.#parts;
    const selector = selectorOf(name);
    if (!selector) return this.missed(cause, now());
    const heardAt = now();
    // Places were given out here while it was on its way: stamps do not tell what was before it.
    const overtaken = at <= generations.sequence;
    generations.load([{ name, at, cause: heardOf(cause) }]);
    if (overtaken) await this.#interrupt('nothing', () => true);
    const doubtful: Computed[] = [];
    await this.#retire(selector, cause, (entry) => {
      if (entry.stamp.started < at) return true;
      const before = overtaken && entry.createdAt <= heardAt;
      if (before) doubtful.push(entry);
      return before;
    });
    await this.#takeBack(doubtful);
  }

  /** No stamp tells it: the file level has what is there now, and memory has nothing. */
  async #replaced(
    selector: Selector,
    { cause, since }: { readonly cause: string; readonly since: number },
  ): Promise<void> {
    const { cache, instances, now } = this.#parts;
    const covered = covers(selector);
    const matches = (key: string) => covered(cache.entry(key) ?? { key });
    const late = instances.file.lateWrites(since, matches);
    const heardAt = now();
    const interrupted = this.#interrupt('change', matches);
    await this.#retire(selector, cause, ({ createdAt }) => createdAt <= heardAt);
    await interrupted;
    await this.#takeBack(late);
  }

  /** What is under way for such keys is not kept. */
  #interrupt(changed: 'change' | 'nothing', matches: (key: string) => boolean): Promise<void> {
    const { cache, instances } = this.#parts;
    return instances.file.follow(changed, () => cache.invalidateUnlisted(matches));
  }

  async #retire(selector: Selector, cause: string, hit: (entry: Entry<Stamp>) => boolean): Promise<void> {
    const { cache } = this.#parts;
    const miss = missOf(cause);
    const slices = new Slices();
    for (const entry of await scan(selector, this.#parts)) {
      if (slices.due) await slices.pause();
      if (cache.entry(entry.key) === entry && hit(entry)) cache.retire(entry, miss);
    }
  }

  /**
   * Results that this process has written too late leave the file level, and those who may have read
   * them there; unless others have stored something since.
   */
  async #takeBack(late: readonly Computed[]): Promise<void> {
    const { cache, instances, file } = this.#parts;
    if (late.length === 0 || !file) return;
    const stored = await file.variantsMany(late.map(({ key }) => key));
    const keys = late.flatMap(({ key, createdAt }, i) =>
      stored[i]?.[0]?.createdAt === createdAt ? [key] : [],
    );
    if (keys.length === 0) return;
    await cache.deleteMany(keys, 'here');
    await instances.changed(keys, NO_DOUBT);
  }
}

function heardOf(cause: string): string {
  return `${cause} (another instance)`;
}

function missOf(cause: string): Miss {
  return { reason: 'invalidated', detail: heardOf(cause) };
}
