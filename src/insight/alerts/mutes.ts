import * as z from 'zod';
import { MOST_RULES } from './rules.ts';

/** How long a rule is muted, ms: a day. */
export const MUTE_MS = 24 * 3_600_000;

/** Where it is kept from session to session which rules are muted. */
export interface KeptMutes {
  /** What was saved last; untrusted. */
  read(): unknown;
  save(mutes: Readonly<Record<string, number>>): void;
}

const keptSchema = z.record(z.string().max(1000), z.number());

/** Rules of which nobody is told, each until a moment; bounded. */
export class Mutes {
  readonly #kept: KeptMutes | undefined;
  readonly #now: () => number;
  /** Milliseconds since the epoch, by the name of the rule. */
  readonly #until: Map<string, number>;

  constructor(kept: KeptMutes | undefined, now: () => number) {
    this.#kept = kept;
    this.#now = now;
    const { data = {} } = keptSchema.safeParse(kept?.read() ?? {});
    // A clock that once ran ahead must not mute for good.
    const latest = now() + MUTE_MS;
    this.#until = new Map(Object.entries(data).map(([name, until]) => [name, Math.min(until, latest)]));
  }

  /** Until when the rule is muted, milliseconds since the epoch; undefined when it is not. */
  until(name: string): number | undefined {
    const until = this.#until.get(name);
    return until !== undefined && this.#now() < until ? until : undefined;
  }

  /** For a day from now, which it returns the end of. */
  mute(name: string): number {
    const until = this.#now() + MUTE_MS;
    this.#until.delete(name); // to the end of the order
    this.#until.set(name, until);
    this.#save();
    return until;
  }

  unmute(name: string): void {
    if (this.#until.delete(name)) this.#save();
  }

  #save(): void {
    for (const [name] of this.#until) {
      if (this.until(name) === undefined || this.#until.size > MOST_RULES) this.#until.delete(name);
    }
    this.#kept?.save(Object.fromEntries(this.#until));
  }
}
