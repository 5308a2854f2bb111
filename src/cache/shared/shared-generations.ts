import { digest } from '../digest.ts';
import { type Bump, type Bumps, NOWHERE, type Position } from './shared-store.ts';

/** Every record has this name. */
export const EVERYTHING = '*';

/** Begins a name that stands for all keys that match what follows. */
export const PATTERN = 'pattern ';

/** Names remembered, and patterns among them; the floor rises to the oldest one forgotten. */
const MOST_NAMES = 10_000;
const MOST_PATTERNS = 256;
/** Longest name that travels as it is, in UTF-16 code units. */
const LONGEST_NAME = 500;

/** When a record was begun, and under which names it can be invalidated. */
export interface Begun {
  readonly names: readonly string[];
  readonly started: number;
  readonly line: string;
}

/** Whether a key is hit by a pattern. */
export type Matches = (pattern: string, key: string) => boolean;

/** Short enough for every server; equal names stay equal. A pattern that is too long hits everything. */
export function shortName(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return name.startsWith(PATTERN) ? EVERYTHING : `~${digest(name)}`;
}

/** What this instance knows of a project's invalidations, and what of its own is still to be told. */
export class SharedGenerations {
  readonly #matches: Matches;
  readonly #places = new Map<string, number>();
  readonly #patterns = new Map<string, number>();
  #known: Position = NOWHERE;
  #floor = 0;
  /** The last place that was known of lines that are no more. */
  #past = 0;

  constructor(matches: Matches) {
    this.#matches = matches;
  }

  /** Up to here every invalidation is known. */
  get known(): Position {
    return this.#known;
  }

  knows({ place, line }: Position): boolean {
    return line === this.#known.line && place === this.#known.place;
  }

  /** Whether everything up to there is known. */
  covers({ place, line }: Position): boolean {
    return line === this.#known.line && place <= this.#known.place;
  }

  /** Whether a record of this key can be served, as far as invalidations go. In doubt it cannot. */
  holds(key: string, { names, started, line }: Begun): boolean {
    if (line !== this.#known.line || started < this.#floor || started > this.#known.place) return false;
    if (this.#after(EVERYTHING, started)) return false;
    for (const name of names) if (this.#after(name, started)) return false;
    for (const [pattern, place] of this.#patterns)
      if (place > started && this.#matches(pattern, key)) return false;
    return true;
  }

  /**
   * Whether a computation that began here at this place began in the present line. Places of a new
   * line are above all former ones, unless a clock was set back: then one waits until they are.
   */
  isOfThisLine(started: number): boolean {
    return started > this.#past;
  }

  /** Takes over what is new, and returns it. When something before it is missing, that remains to be asked for. */
  take({ position, from, floor, bumps }: Bumps): readonly Bump[] {
    const before = this.#known;
    const first = before.line === NOWHERE.line;
    const lost = { name: EVERYTHING, at: floor, cause: 'the shared cache lost its record of invalidations' };
    if (position.line !== before.line) {
      if (from > floor) return []; // of a line of which not all is known
      this.#places.clear();
      this.#patterns.clear();
      this.#floor = floor;
      this.#past = Math.max(this.#past, before.place);
      this.#known = position;
      for (const bump of bumps) this.#note(bump);
      return first ? [] : [lost, ...bumps];
    }
    const news = bumps.filter((bump) => this.#note(bump));
    const missed = floor > before.place;
    this.#floor = Math.max(this.#floor, floor);
    if (from <= Math.max(before.place, floor) && position.place > before.place) this.#known = position;
    return missed ? [lost, ...news] : news;
  }

  #after(name: string, started: number): boolean {
    return (this.#places.get(name) ?? 0) > started;
  }

  /** Whether it was new. */
  #note({ name, at }: Bump): boolean {
    const pattern = name.startsWith(PATTERN);
    const places = pattern ? this.#patterns : this.#places;
    const id = pattern ? name.slice(PATTERN.length) : name;
    if ((places.get(id) ?? 0) >= at) return false;
    places.delete(id); // to stand last: the order is that of the places
    places.set(id, at);
    if (places.size > (pattern ? MOST_PATTERNS : MOST_NAMES)) {
      const [oldest] = places;
      if (oldest) {
        places.delete(oldest[0]);
        this.#floor = Math.max(this.#floor, oldest[1]);
      }
    }
    return true;
  }
}
