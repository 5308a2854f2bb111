import { namespaceOf } from '../../cache/key.ts';
import { type Announcement, toLine } from './announcement.ts';
import type { LogWriter } from './log-writer.ts';

/** Keys named in one line; when more changed at once, their namespaces are, and beyond that everything. */
const MOST_KEYS = 256;
const MOST_NAMESPACES = 32;
/** Announcements of one batch, and in one line. */
const MOST_SAID = 1000;
const MOST_IN_LINE = 50;
/** Longest cause that is told, characters. */
const LONGEST_CAUSE = 200;

/**
 * Writes down what this process has to tell the others: what belongs to one tick in one append. What
 * cannot be written is told as a problem once, and everything is announced when it can be again.
 */
export class Teller {
  readonly #log: LogWriter;
  readonly #from: string;
  readonly #problem: (error: Error) => void;
  #waiting: Announcement[] = [];
  #writing: Promise<void> | undefined;
  #lines = 0;
  #failing = false;
  /** Why something could not be told. */
  #untold: string | undefined;

  constructor(log: LogWriter, from: string, problem: (error: Error) => void) {
    this.#log = log;
    this.#from = from;
    this.#problem = problem;
  }

  /** Settles when it was written down, or could not be. Never rejects. */
  tell(announcements: readonly Announcement[]): Promise<void> {
    for (const one of announcements) this.#waiting.push(one);
    if (this.#waiting.length === 0) return this.settled();
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** Tries again to tell what could not be told; cheap when there is nothing. */
  async retry(): Promise<void> {
    if (this.#untold !== undefined) await this.tell([{ kind: 'everything', cause: this.#untold }]);
  }

  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    await new Promise(setImmediate); // what belongs to one tick arrives together
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      const untold = this.#untold;
      const said: Announcement[] =
        untold === undefined ? gathered(waiting) : [{ kind: 'everything', cause: untold }];
      try {
        await this.#log.append(this.#inLines(said));
        this.#untold = undefined;
        await this.#turn();
      } catch (error) {
        this.#untold = 'an instance could not tell what it had invalidated';
        this.#complain(
          'Other processes on this storage folder cannot be told what is invalidated here',
          error,
        );
        return;
      }
    }
  }

  /** What was told can be read, whether the next file can be begun or not. */
  async #turn(): Promise<void> {
    try {
      await this.#log.turn();
      this.#failing = false;
    } catch (error) {
      this.#complain('The announcements of the storage folder grow beyond their bound', error);
    }
  }

  #complain(what: string, error: unknown): void {
    if (!this.#failing) this.#problem(new Error(`${what}: ${(error as Error).message}`, { cause: error }));
    this.#failing = true;
  }

  #inLines(said: readonly Announcement[]): string {
    let text = '';
    for (let first = 0; first < said.length; first += MOST_IN_LINE) {
      text += toLine({ from: this.#from, n: ++this.#lines, said: said.slice(first, first + MOST_IN_LINE) });
    }
    return text;
  }
}

/** In their order, keys last; the fewest announcements that say at least the same. */
function gathered(waiting: readonly Announcement[]): Announcement[] {
  const said: Announcement[] = [];
  const byCause = new Map<string, { readonly keys: Set<string>; since: number }>();
  for (const one of waiting.map(shortened)) {
    if (one.kind !== 'keys') {
      said.push(one);
      continue;
    }
    const known = byCause.get(one.cause) ?? { keys: new Set(), since: one.since };
    for (const key of one.keys) known.keys.add(key);
    known.since = Math.min(known.since, one.since);
    byCause.set(one.cause, known);
  }
  if (said.length > MOST_SAID) return [{ kind: 'everything', cause: 'too much was invalidated at once' }];
  for (const [cause, { keys, since }] of byCause) said.push(wide([...keys], cause, since));
  return said;
}

function shortened(one: Announcement): Announcement {
  if (!('cause' in one) || one.cause.length <= LONGEST_CAUSE) return one;
  return { ...one, cause: one.cause.slice(0, LONGEST_CAUSE) };
}

function wide(keys: string[], cause: string, since: number): Announcement {
  if (keys.length <= MOST_KEYS) return { kind: 'keys', keys, cause, since };
  const namespaces = [...new Set(keys.map(namespaceOf))];
  if (namespaces.length <= MOST_NAMESPACES) return { kind: 'namespaces', namespaces, cause, since };
  return { kind: 'everything', cause };
}
