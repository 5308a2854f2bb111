type Matcher = (key: string) => boolean;

/**
 * Keys of which the file level may hold what is no longer true, so that it is not asked for them: from
 * the call that removes them until the removal ends well, or a write that was asked for after it does.
 * What is removed before a moment says nothing of what was doubted after it.
 */
export class Doubts {
  #moment = 0;
  readonly #keys = new Map<string, number>();
  /** All keys that match, but for those that were written since. */
  readonly #matching = new Map<Matcher, { readonly since: number; readonly written: Set<string> }>();
  readonly #watches = new Set<Watch>();

  /** What is doubted from now on is doubted after it. */
  get moment(): number {
    return this.#moment;
  }

  has(key: string): boolean {
    if (this.#keys.has(key)) return true;
    for (const [matches, { written }] of this.#matching) if (matches(key) && !written.has(key)) return true;
    return false;
  }

  /** Returns the moment of this doubt, for {@link settle}. */
  add(keys: Iterable<string>): number {
    const moment = ++this.#moment;
    for (const key of keys) {
      this.#keys.set(key, moment);
      for (const { keys: doubted } of this.#watches) doubted.add(key);
    }
    return moment;
  }

  addMatching(matches: Matcher): void {
    this.#matching.set(matches, { since: ++this.#moment, written: new Set() });
    this.pass(matches);
  }

  /** What matches is another now: only what was being read meanwhile is in doubt. */
  pass(matches: Matcher): void {
    for (const watch of this.#watches) watch.matches.push(matches);
  }

  /** For a read: what was, or comes to be, in doubt until it has ended, settled again or not. */
  watch(): { has(key: string): boolean; end(): void } {
    const watch: Watch = { keys: new Set(), matches: [] };
    this.#watches.add(watch);
    return {
      has: (key) => this.has(key) || watch.keys.has(key) || watch.matches.some((matches) => matches(key)),
      end: () => void this.#watches.delete(watch),
    };
  }

  /** What the level held of these keys is gone, or newer than any doubt up to the moment. */
  settle(keys: Iterable<string>, moment: number): void {
    const settled = [...this.#matching.values()].filter(({ since }) => since <= moment);
    for (const key of keys) {
      if ((this.#keys.get(key) ?? Number.POSITIVE_INFINITY) <= moment) this.#keys.delete(key);
      for (const { written } of settled) written.add(key);
    }
  }

  settleMatching(matches: Matcher): void {
    this.#matching.delete(matches);
  }

  /** The same for whatever there is. */
  settleAll(moment: number): void {
    for (const [key, since] of this.#keys) if (since <= moment) this.#keys.delete(key);
    for (const [matches, { since }] of this.#matching) if (since <= moment) this.#matching.delete(matches);
  }
}

interface Watch {
  readonly keys: Set<string>;
  readonly matches: Matcher[];
}
