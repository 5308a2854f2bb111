import type { Headless } from '../agent-session/headless.ts';
import type { Random } from '../support/fuzz/random.ts';

/** Keys that the values of this load have; popular ones are asked for more often. */
const KEYS = 3000;
const MOST_BYTES = 20_000;

/** One client of the REST API that uses everything in it that changes or lists what is cached. */
export class RestClient {
  readonly #at: Pick<Headless, 'url' | 'token'>;
  readonly #random: Random;
  readonly #files: readonly string[];
  requests = 0;
  /** Answers that no client should get, by what they were. */
  readonly wrong = new Map<string, number>();

  constructor(at: Pick<Headless, 'url' | 'token'>, random: Random, files: readonly string[]) {
    this.#at = at;
    this.#random = random;
    this.#files = files;
  }

  async step(): Promise<void> {
    const random = this.#random;
    const key = `result:soak-${Math.floor(KEYS ** random.next())}`;
    const dice = random.below(100);
    if (dice < 45) await this.#lookUp(key);
    else if (dice < 60) await this.#put(key);
    else if (dice < 70) await this.#ask('GET', `cache/${encodeURIComponent(key)}`, undefined, [200, 404]);
    else if (dice < 75) await this.#ask('DELETE', `cache/${encodeURIComponent(key)}`, undefined, [200, 404]);
    else if (dice < 80) await this.#invalidate();
    else if (dice < 85) await this.#ask('GET', `cache/${encodeURIComponent(key)}/why`, undefined, [200, 404]);
    else if (dice < 90) await this.#ask('GET', 'cache/entries?pattern=result:*&sort=hits');
    else if (dice < 94) await this.#note();
    else if (dice < 97) await this.#ask('GET', 'cache/stats');
    else await this.#ask('GET', '../../metrics');
  }

  /** As an agent's own cache would be: what is not there is stored under the lease of the look-up. */
  async #lookUp(key: string): Promise<void> {
    const found = await this.#ask('POST', 'cache/lookup', { key });
    const { hit, lease } = (found ?? {}) as { hit?: boolean; lease?: string };
    if (hit === false && lease !== undefined) await this.#put(key, lease);
  }

  #put(key: string, lease?: string): Promise<unknown> {
    const random = this.#random;
    const value = { text: 'x'.repeat(random.below(MOST_BYTES)), at: this.requests };
    const dependsOn = random.chance(0.5) ? [{ file: random.pick(this.#files) }] : undefined;
    const body = {
      value,
      tags: [`soak:${random.below(20)}`],
      ttl: 60 * (1 + random.below(10)),
      dependsOn,
      lease,
    };
    // 409: the file has changed since it was looked at; that is what a lease is for.
    return this.#ask('PUT', `cache/${encodeURIComponent(key)}`, body, [200, 201, 204, 409]);
  }

  async #invalidate(): Promise<void> {
    const random = this.#random;
    const what = random.pick([
      { tag: `soak:${random.below(20)}` },
      { pattern: `result:soak-${random.below(10)}*` },
      { file: random.pick(this.#files) },
      { olderThan: 600 },
    ]);
    await this.#ask('POST', 'cache/invalidate', what);
    if (random.chance(0.5)) await this.#ask('POST', 'cache/undo', {}, [200, 404, 409]);
  }

  async #note(): Promise<void> {
    const random = this.#random;
    const key = `soak-${random.below(200)}`;
    const note = {
      key,
      text: `Seen ${this.requests} requests.`,
      files: [random.pick(this.#files)],
      tags: ['soak'],
    };
    await this.#ask('POST', 'tools/remember', note);
    await this.#ask('POST', 'tools/recall', { key });
  }

  async #ask(
    method: string,
    path: string,
    body?: unknown,
    right: readonly number[] = [200],
  ): Promise<unknown> {
    this.requests++;
    const { url, token } = this.#at;
    const to = `${method} ${path.replaceAll(/soak-\d+/g, 'soak-N').slice(0, 60)}`;
    try {
      const response = await fetch(new URL(path, `${url}/api/v1/`), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!right.includes(response.status))
        return this.#count(`${to}: ${response.status} ${text.slice(0, 200)}`);
      return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    } catch (error) {
      return this.#count(`${to}: ${(error as Error).cause ?? error}`);
    }
  }

  #count(what: string): undefined {
    this.wrong.set(what, (this.wrong.get(what) ?? 0) + 1);
  }
}
