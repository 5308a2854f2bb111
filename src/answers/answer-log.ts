import { LRUCache } from 'lru-cache';
import type { AnswerRow, AnswersData } from '../protocol/answers.ts';
import type { AnswerEvent } from './proxy/proxy-parts.ts';

/** Requests that are listed. */
const MOST_ROWS = 200;
/** Characters of a question that are shown. */
const SHOWN = 120;

const COUNTED = {
  hit: 'hits',
  similar: 'similar',
  joined: 'joined',
  miss: 'misses',
  bypassed: 'bypassed',
  failed: 'failed',
} as const satisfies Record<AnswerRow['status'], keyof AnswersData['counts']>;

/** What came through the proxy since the process started, bounded. */
export class AnswerLog {
  #rows: AnswerRow[] = [];
  readonly #counts = { requests: 0, hits: 0, similar: 0, joined: 0, misses: 0, bypassed: 0, failed: 0 };
  readonly #sanitise: (text: string) => Promise<string>;
  /** A question that is asked again was looked through already. */
  readonly #clean = new LRUCache<string, Promise<string>>({ max: MOST_ROWS });

  /** `sanitise` rejects for a text of which nobody can tell whether it has secrets: it is not shown. */
  constructor(sanitise: (text: string) => Promise<string>) {
    this.#sanitise = sanitise;
  }

  add({ at, key, agent, model, status, text, reason, ms, usage }: AnswerEvent): void {
    this.#counts.requests++;
    this.#counts[COUNTED[status]]++;
    const { input, output } = usage ?? {};
    const known = input !== undefined || output !== undefined;
    const row: AnswerRow = {
      ...{ at, key, agent, model, status, ms },
      ...(reason !== undefined && { reason }),
      ...(known && { tokens: { input: input ?? 0, output: output ?? 0 } }),
    };
    this.#rows = [row, ...this.#rows.slice(0, MOST_ROWS - 1)];
    if (text !== undefined && text !== '') void this.#show(row, text);
  }

  get counts(): AnswersData['counts'] {
    return { ...this.#counts };
  }

  /** Newest first. */
  get rows(): readonly AnswerRow[] {
    return this.#rows;
  }

  /** Of more than is shown, lest a secret is cut in half and not known any more. */
  async #show(row: AnswerRow, text: string): Promise<void> {
    const begin = text.slice(0, 10 * SHOWN);
    let cleaning = this.#clean.get(begin);
    if (!cleaning) {
      cleaning = this.#sanitise(begin);
      this.#clean.set(begin, cleaning);
    }
    try {
      const clean = await cleaning;
      const question = clean.length > SHOWN ? `${clean.slice(0, SHOWN - 1)}…` : clean;
      this.#rows = this.#rows.map((one) => (one === row ? { ...row, question } : one));
    } catch {
      // The sanitiser has told why; the question is not shown.
    }
  }
}
