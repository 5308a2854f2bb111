/** What was found out last, for one question. */
export interface Answer<C> {
  /** Another number for every answer. */
  readonly id: number;
  readonly content?: C;
  /** Why there is none, in one sentence. */
  readonly problem?: string;
}

interface Wanted<C> {
  readonly question: string;
  readonly state: string;
  readonly compute: () => Promise<C>;
}

export interface ContentFeedOptions {
  /** Called when an answer has come: whoever still wants it reads again. */
  readonly ready: () => void;
  readonly failed: (error: Error) => void;
  /** The same question is answered anew no sooner than this after the last answer, ms. */
  readonly restMs: number;
  readonly now?: () => number;
}

/**
 * Answers the page's question of the moment, one computation at a time: a newer question does not
 * wait behind older ones, and news about the same one come at a measured pace.
 */
export class ContentFeed<C> {
  readonly #options: ContentFeedOptions;
  readonly #now: () => number;
  #last: { readonly question: string; readonly state: string; readonly answer: Answer<C> } | undefined;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #wanted: Wanted<C> | undefined;
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  #answers = 0;

  constructor(options: ContentFeedOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * The last answer to the question, perhaps of an older state; undefined before there is one. What
   * is out of date is computed again.
   */
  read(question: string, state: string, compute: () => Promise<C>): Answer<C> | undefined {
    const known = this.#last?.question === question ? this.#last : undefined;
    if (known?.state === state) {
      this.#wanted = undefined;
    } else {
      this.#wanted = { question, state, compute };
      this.#next(known === undefined);
    }
    return known?.answer;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#wanted = undefined;
  }

  #next(atOnce: boolean): void {
    if (this.#running) return;
    const wait = this.#answeredAt + this.#options.restMs - this.#now();
    if (atOnce || wait <= 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      void this.#run();
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.#run();
      }, wait).unref();
    }
  }

  async #run(): Promise<void> {
    const wanted = this.#wanted;
    if (!wanted) return;
    this.#wanted = undefined;
    this.#running = true;
    const id = ++this.#answers;
    let answer: Answer<C>;
    try {
      answer = { id, content: await wanted.compute() };
    } catch (error) {
      answer = { id, problem: (error as Error).message };
      this.#options.failed(error as Error);
    }
    this.#running = false;
    this.#answeredAt = this.#now();
    this.#last = { question: wanted.question, state: wanted.state, answer };
    this.#options.ready();
  }
}
