import { digest } from '../digest.ts';
import { type Bump, type Bumps, NOWHERE, type Position } from './shared-store.ts';

/** Every record has this name. */
export const EVERYTHING = '*';

/** Begin a name that stands for all keys that match what follows. */
const MATCHED = ['pattern', 'regex'] as const;
/** Begins a name that stands for all that was created before what follows, ms since the epoch. */
const BEFORE = 'before ';

/** Names remembered, and of those that are rules; the floor rises to the oldest one forgotten. */
const MOST_NAMES = 10_000;
const MOST_RULES = 256;
/** Longest name that travels as it is, in UTF-16 code units. */
const LONGEST_NAME = 500;

/** When a record was begun, and under which names it can be invalidated. */
export interface Begun {
  readonly names: readonly string[];
  readonly started: number;
  readonly line: string;
  /** By the clock of the machine that created it, ms since the epoch. */
  readonly createdAt: number;
}

/** Whether a key is hit by a pattern of a kind: a glob or a regular expression. */
export type Matches = (pattern: string, key: string, kind: 'pattern' | 'regex') => boolean;

/** Short enough for every server; equal names stay equal. A rule that is too long hits everything. */
export function shortName(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return ruleOf(name, () => true) ? EVERYTHING : `~${digest(name)}`;
}

/** Tells which records a name hits that no record carries: it is a rule. */
export type Rule = (key: string, createdAt: number) => boolean;

/** Undefined for a name that is no rule, but carried by the records that it hits. */
export function ruleOf(name: string, matches: Matches): Rule | undefined {
  for (const kind of MATCHED) {
    if (!name.startsWith(`${kind} `)) continue;
    const pattern = name.slice(kind.length + 1);
    return (key) => matches(pattern, key, kind);
  }
  if (!name.startsWith(BEFORE)) return undefined;
  const moment = Number(name.slice(BEFORE.length));
  // What cannot be read hits everything: in doubt nothing is served.
  return (_, createdAt) => !(createdAt >= moment);
}

/** What this instance knows of a project's invalidations, and what of its own is still to be told. */
export class SharedGenerations {
  readonly #matches: Matches;
  readonly #places = new Map<string, number>();
  readonly #rules = new Map<string, { readonly hits: Rule; readonly at: number }>();
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
  holds(key: string, { names, started, line, createdAt }: Begun): boolean {
    if (line !== this.#known.line || started < this.#floor || started > this.#known.place) return false;
    if (this.#after(EVERYTHING, started)) return false;
    for (const name of names) if (this.#after(name, started)) return false;
    for (const { hits, at } of this.#rules.values()) if (at > started && hits(key, createdAt)) return false;
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
      this.#rules.clear();
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
    if ((this.#places.get(name) ?? this.#rules.get(name)?.at ?? 0) >= at) return false;
    const hits = ruleOf(name, this.#matches);
    // Deleted first, to stand last: the order is that of the places.
    if (hits) {
      this.#rules.delete(name);
      this.#rules.set(name, { hits, at });
      for (const [oldest, rule] of this.#rules) {
        if (this.#rules.size <= MOST_RULES) break;
        this.#rules.delete(oldest);
        this.#floor = Math.max(this.#floor, rule.at);
      }
      return true;
    }
    this.#places.delete(name);
    this.#places.set(name, at);
    for (const [oldest, place] of this.#places) {
      if (this.#places.size <= MOST_NAMES) break;
      this.#places.delete(oldest);
      this.#floor = Math.max(this.#floor, place);
    }
    return true;
  }
}
