import { setTimeout } from 'node:timers/promises';

/** An attempt takes no longer than this, ms. */
const TIMEOUT_MS = 5000;
/** Before the second and the third attempt, ms. */
const RETRY_AFTER_MS = [1000, 5000] as const;
/** Texts that wait for their delivery, at the most. */
const MOST_WAITING = 20;

interface WebhookOptions {
  /** Undefined when none is set. A secret: it is in no message. */
  readonly url: () => Promise<string | undefined>;
  readonly problem: (error: Error) => void;
  /** Instead of 5 s, ms. */
  readonly timeoutMs?: number;
  readonly retryAfterMs?: readonly number[];
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What is wrong with the address of a webhook, without repeating it; undefined when it is right. */
export function webhookProblem(address: string): string | undefined {
  const fits = 'Fits: an https address, or an http address on this machine.';
  if (!URL.canParse(address)) return `It is no address. ${fits}`;
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:') return undefined;
  if (protocol !== 'http:') return `It begins with neither https nor http. ${fits}`;
  return LOOPBACK.has(hostname) ? undefined : `It leaves this machine without encryption. ${fits}`;
}

/** Delivers texts as Slack's incoming webhooks take them, one after the other. */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #closed = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Settles when the text is delivered or given up, which is told as a problem; never rejects. */
  send(text: string): Promise<void> {
    if (this.#waiting >= MOST_WAITING) {
      this.#options.problem(new Error('An alert was not sent: too many wait for the webhook.'));
      return Promise.resolve();
    }
    this.#waiting++;
    this.#last = this.#last.then(() => this.#deliver(text)).finally(() => this.#waiting--);
    return this.#last;
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#last;
  }

  async #deliver(text: string): Promise<void> {
    const { url, problem, retryAfterMs = RETRY_AFTER_MS } = this.#options;
    const { signal } = this.#closed;
    try {
      const address = await url();
      if (address === undefined) {
        throw new Error('no webhook is set: use the command Agent Cache: Set Alert Webhook…');
      }
      const wrong = webhookProblem(address);
      if (wrong) throw new Error(`the address of the webhook does not fit. ${wrong}`);
      for (let attempt = 0; !signal.aborted; attempt++) {
        const failure = await this.#attempt(address, text);
        if (failure === undefined) return;
        const wait = retryAfterMs[attempt];
        if (wait === undefined) throw new Error(failure);
        await setTimeout(wait, undefined, { signal, ref: false }).catch(() => {}); // closed: it ends here
      }
    } catch (error) {
      problem(new Error(`An alert was not sent: ${(error as Error).message}`));
    }
  }

  /** Why it failed, without the address; undefined when it did not. */
  async #attempt(address: string, text: string): Promise<string | undefined> {
    const limit = AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS);
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
        redirect: 'error',
        signal: AbortSignal.any([limit, this.#closed.signal]),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `the webhook answered ${response.status}.`;
    } catch {
      return limit.aborted ? 'the webhook did not answer in time.' : 'the webhook cannot be reached.';
    }
  }
}
