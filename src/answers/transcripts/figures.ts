import type { Slices } from '../../cache/slices.ts';
import type { ProviderBreak, ProviderRow, ProviderTokens, TranscriptAgent } from '../../protocol/provider.ts';
import type { Provider } from '../usage.ts';
import { Chain } from './breaks.ts';
import type { ModelRequest } from './request.ts';

/** Breaks of one row that are listed. */
const MOST_BREAKS = 10;

/**
 * What a provider's cache saved, USD: what reading cost less than input, less what writing cost more.
 * Undefined is unknown.
 */
export type SavedByCache = (
  tokens: Pick<ProviderTokens, 'read' | 'write5m' | 'write1h'>,
  model: string,
  provider: Provider,
  at: number,
) => Promise<number | undefined>;

export interface Told {
  readonly agent: TranscriptAgent;
  readonly requests: readonly ModelRequest[];
  /** By session. */
  readonly titles: ReadonlyMap<string, string>;
}

export interface Figures {
  /** Newest first, all of them. */
  readonly rows: readonly ProviderRow[];
  readonly total: {
    readonly tokens: ProviderTokens;
    readonly hitRate?: number;
    readonly savedUsd?: number;
  };
}

/** A row for each model of each session. */
export async function figuresOf(
  told: readonly Told[],
  saved: SavedByCache | undefined,
  slices: Slices,
): Promise<Figures> {
  const rows: ProviderRow[] = [];
  const savings: (Promise<number | undefined> | undefined)[] = [];
  const all = new Sums();
  for (const { agent, requests, titles } of told) {
    for (const [session, ofSession] of await grouped(requests, (request) => request.session, slices)) {
      const title = titles.get(session);
      const breaks = await breaksByModel(ofSession, slices);
      for (const [model, ofModel] of await grouped(ofSession, (request) => request.model, slices)) {
        const sums = new Sums();
        for (const request of ofModel) {
          sums.add(request);
          if (slices.due) await slices.pause();
        }
        all.join(sums);
        rows.push({
          ...{ agent, session, ...(title !== undefined && { title }), model },
          ...{ startedAt: sums.first, lastAt: sums.last, requests: ofModel.length, ...sums.figures },
          breaks: (breaks.get(model) ?? []).slice(-MOST_BREAKS).reverse(),
        });
        savings.push(saved && savedUsd(saved, sums, model));
      }
    }
  }
  const usd = await Promise.all(savings);
  const priced = rows.map((row, i) => ({ ...row, ...known('savedUsd', usd[i]) }));
  priced.sort((a, b) => b.lastAt - a.lastAt);
  const knownUsd = usd.filter((one) => one !== undefined);
  const sum = knownUsd.length > 0 ? knownUsd.reduce((a, b) => a + b, 0) : undefined;
  return { rows: priced, total: { ...all.figures, ...known('savedUsd', sum) } };
}

/** Of one session, the latest last: those of its threads, by the model of the request that read less. */
async function breaksByModel(
  requests: readonly ModelRequest[],
  slices: Slices,
): Promise<ReadonlyMap<string, ProviderBreak[]>> {
  const found = new Map<string, ProviderBreak[]>();
  for (const thread of (await grouped(requests, (request) => request.thread, slices)).values()) {
    const chain = new Chain();
    for (const request of thread.sort((a, b) => a.at - b.at)) {
      const broken = chain.next(request);
      if (broken) {
        const list = found.get(request.model);
        if (list) list.push(broken);
        else found.set(request.model, [broken]);
      }
      if (slices.due) await slices.pause();
    }
  }
  for (const list of found.values()) list.sort((a, b) => a.at - b.at);
  return found;
}

function savedUsd(
  saved: SavedByCache,
  { tokens, last }: Sums,
  model: string,
): Promise<number | undefined> | undefined {
  const bare = model.slice(model.lastIndexOf('/') + 1); // routers put the name of the provider before it
  const provider = /claude/i.test(bare)
    ? 'anthropic'
    : /^(?:gpt|o\d|codex|chatgpt)/i.test(bare)
      ? 'openai'
      : undefined;
  return provider && saved(tokens, bare, provider, last);
}

const KINDS = ['input', 'read', 'write5m', 'write1h', 'output'] as const;

/** Of requests; what none of them tells is unknown. */
class Sums {
  readonly tokens: { -readonly [K in (typeof KINDS)[number]]?: number } = {};
  first = Number.POSITIVE_INFINITY;
  last = 0;
  /** Of requests that tell what they read. */
  #read = 0;
  #prompts = 0;

  add(request: ModelRequest): void {
    for (const kind of KINDS) this.#count(kind, request[kind]);
    this.first = Math.min(this.first, request.at);
    this.last = Math.max(this.last, request.at);
    const { input, read, write5m = 0, write1h = 0 } = request;
    if (input === undefined || read === undefined) return;
    this.#read += read;
    this.#prompts += input + read + write5m + write1h;
  }

  join(other: Sums): void {
    for (const kind of KINDS) this.#count(kind, other.tokens[kind]);
    this.#read += other.#read;
    this.#prompts += other.#prompts;
  }

  get figures(): { readonly tokens: ProviderTokens; readonly hitRate?: number } {
    const rate = this.#prompts > 0 ? this.#read / this.#prompts : undefined;
    return { tokens: this.tokens, ...known('hitRate', rate) };
  }

  #count(kind: (typeof KINDS)[number], tokens: number | undefined): void {
    if (tokens !== undefined) this.tokens[kind] = (this.tokens[kind] ?? 0) + tokens;
  }
}

function known<K extends string>(key: K, value: number | undefined): { readonly [k in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [k in K]?: number });
}

async function grouped<T>(
  items: readonly T[],
  by: (item: T) => string,
  slices: Slices,
): Promise<Map<string, T[]>> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group) group.push(item);
    else groups.set(by(item), [item]);
    if (slices.due) await slices.pause();
  }
  return groups;
}
