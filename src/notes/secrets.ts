import * as z from 'zod';
import type { Sanitiser } from '../cache/storing.ts';
import { NotesError } from './notes-error.ts';

/** What is told of a finding. */
const finding = z.object({ rule: z.string() });

export interface Checked<T> {
  readonly value: T;
  /** Kinds of the secrets that were taken out. */
  readonly redacted: readonly string[];
}

/** Keeps secrets out of what is written: by default it refuses what holds one. */
export class Secrets {
  readonly #sanitiser: Sanitiser;

  constructor(sanitiser: Sanitiser) {
    this.#sanitiser = sanitiser;
  }

  /** Rejects with a {@link NotesError} when there is a secret that is not to be redacted, or nobody can tell. */
  async check<T>(value: T, what: string, redact: boolean): Promise<Checked<T>> {
    const { value: clean, kinds } = await this.#sanitise(value, what);
    if (kinds.length === 0) return { value, redacted: [] };
    if (redact) return { value: clean as T, redacted: kinds };
    throw new NotesError(
      'secret',
      `${what} holds a secret (${kinds.join(', ')}) and was not stored: write it without, or send "redact": true to have it taken out.`,
    );
  }

  /** The same for names, which cannot be redacted: another name would be something else. */
  async checkNames(names: readonly string[], what: string): Promise<void> {
    const { kinds } = await this.#sanitise(names, what);
    if (kinds.length === 0) return;
    throw new NotesError('secret', `${what} holds a secret (${kinds.join(', ')}): write it without.`);
  }

  async #sanitise(
    value: unknown,
    what: string,
  ): Promise<{ readonly value: unknown; readonly kinds: readonly string[] }> {
    try {
      const { value: clean, found } = await this.#sanitiser.sanitise(value);
      const rules = found.map((one) => finding.safeParse(one).data?.rule ?? 'secret');
      return { value: clean, kinds: [...new Set(rules)].sort() };
    } catch (error) {
      throw new NotesError(
        'unchecked',
        `${what} could not be checked for secrets and was not stored: ${(error as Error).message} Try again, or with less text.`,
        { cause: error },
      );
    }
  }
}
