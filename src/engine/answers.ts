import { AnswerLog } from '../answers/answer-log.ts';
import type { PriceDesk } from '../answers/prices/price-desk.ts';
import { AnswerProxy, NAMESPACE } from '../answers/proxy/proxy.ts';
import type { AnswerEvent, Incoming, ProxySettings } from '../answers/proxy/proxy-parts.ts';
import { PROVIDERS, type Provider, type Usage } from '../answers/usage.ts';
import type { Sanitiser } from '../cache/sensitive/sanitiser.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { Asked } from '../insight/asked.ts';
import type { Recorder } from '../insight/recorder.ts';
import type { KnownNote } from '../notes/known-note.ts';
import type { AnswersData, ClosedDoors } from '../protocol/answers.ts';
import type { SavedRow } from '../protocol/savings.ts';
import type { Matching } from './matching.ts';
import { CLOSED_PROXY } from './proxy-settings.ts';
import { Reads } from './reads.ts';

interface Parts {
  readonly workspace: WorkspaceCache;
  readonly recorder: Recorder<Stamp>;
  readonly sanitiser: Pick<Sanitiser, 'sanitiseText'>;
  /** Asked at every request; absent, the doors are closed. */
  readonly settings?: (() => ProxySettings) | undefined;
  /** What hits avoided, by model, in the last 30 days. */
  readonly saved: () => readonly SavedRow[];
  readonly matching: Matching;
  /** List prices of the providers. */
  readonly prices: Pick<PriceDesk, 'priceOf'>;
}

/** What is said until somebody knows better. */
const NOT_YET: ClosedDoors = { reason: 'The server for agents is not running yet.' };

/** Model answers: the proxy, and what is told of it. */
export class Answers {
  readonly #parts: Parts;
  readonly #proxy: AnswerProxy;
  readonly #log: AnswerLog;
  readonly #reads: Reads;
  /** Answers whose price is being asked for. */
  readonly #counting = new Set<Promise<void>>();
  /** What clients are told of where a provider's door is; undefined while no server has one. */
  #address: ((provider: Provider) => string) | undefined;
  #closed: ClosedDoors = NOT_YET;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { workspace, recorder, sanitiser } = parts;
    this.#reads = new Reads(workspace);
    this.#log = new AnswerLog(async (text) => (await sanitiser.sanitiseText(text)).value);
    this.#proxy = new AnswerProxy({
      workspace,
      settings: () => this.settings,
      matcher: parts.matching,
      fetch: (url, init) => fetch(url, init),
      answered: (event) => {
        const counting = this.#answered(event).finally(() => this.#counting.delete(counting));
        this.#counting.add(counting);
      },
      missOf: (key) => {
        const miss = recorder.lastMiss(key);
        return miss && (miss.detail === undefined ? miss.reason : `${miss.reason}: ${miss.detail}`);
      },
      told: (agent) => this.#reads.lately(agent),
      now: Date.now,
    });
    recorder.onAsked((asked) => this.#asked(asked));
  }

  get settings(): ProxySettings {
    return this.#parts.settings?.() ?? CLOSED_PROXY;
  }

  /** See {@link AnswerProxy.answer}. */
  answer(incoming: Incoming): Promise<Response> {
    return this.#proxy.answer(incoming);
  }

  /** A server has the doors now, at these addresses; undefined when it has closed. */
  servedAt(address: ((provider: Provider) => string) | undefined): void {
    this.#address = address;
    this.#closed = NOT_YET;
    this.#parts.recorder.revision++; // who shows the addresses shows them at once
  }

  /** No server can have the doors, and why. */
  notServed(why: ClosedDoors): void {
    this.#closed = why;
    this.#parts.recorder.revision++;
  }

  /** An agent knows a note by now, and may ask a model about it. */
  knows(note: KnownNote): void {
    this.#reads.note(note);
  }

  data(): AnswersData {
    const { upstreams } = this.settings;
    const { namespaces } = this.#parts.workspace.cache;
    const stored = namespaces.seen(NAMESPACE);
    const on = Object.keys(upstreams).length > 0;
    const doors = PROVIDERS.flatMap((provider) => {
      const upstream = upstreams[provider];
      if (upstream === undefined || this.#address === undefined) return [];
      return [{ provider, url: this.#address(provider), upstream }];
    });
    return {
      proxy: on ? 'on' : 'off',
      doors,
      ...(on && doors.length === 0 && { closed: this.#closed }),
      counts: this.#log.counts,
      stored: { entries: stored?.entries ?? 0, bytes: stored?.bytes ?? 0 },
      strategy: namespaces.policy(NAMESPACE).strategy,
      ...this.#parts.matching.data(),
      models: this.#parts.saved(),
      recent: this.#log.rows,
    };
  }

  /** Settles when every answer is counted. */
  async close(): Promise<void> {
    this.#proxy.close();
    await Promise.all(this.#counting);
  }

  async #answered(event: AnswerEvent): Promise<void> {
    this.#log.add(event);
    const { recorder } = this.#parts;
    const { key, agent, model, status, ms, level, costMs, usage, match } = event;
    if (status === 'bypassed' || status === 'failed') return;
    const hit = status === 'hit' || status === 'similar';
    const { input, output } = usage ?? {};
    const amount = hit && usage ? await this.#price(usage) : undefined;
    recorder.asked({
      ...{ namespace: NAMESPACE, agent, tool: undefined, hit, level, ms },
      key: match?.key ?? key,
      saved:
        hit && costMs !== undefined
          ? {
              ms: costMs,
              ...(input !== undefined && output !== undefined && { tokens: { input, output } }),
              ...(amount !== undefined && { money: { amount, currency: 'USD' as const } }),
            }
          : undefined,
      ...(model !== '' && { model }),
    });
  }

  /** By the list of the provider that was asked, USD; undefined is unknown. */
  async #price(usage: Usage): Promise<number | undefined> {
    try {
      const upstream = this.settings.upstreams[usage.provider];
      return await this.#parts.prices.priceOf(usage, Date.now(), upstream);
    } catch (error) {
      this.#parts.recorder.problem('answers', error as Error);
      return undefined;
    }
  }

  /** What the cache has told an agent may be what it asks a model about. */
  #asked({ key, namespace, agent }: Asked): void {
    if (agent !== undefined && namespace !== NAMESPACE) this.#reads.entry(agent, key);
  }
}
