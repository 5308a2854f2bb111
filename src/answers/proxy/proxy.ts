import { randomUUID } from 'node:crypto';
import { KeyError } from '../../cache/key.ts';
import { isBypassed } from '../../cache/namespace.ts';
import type { Level } from '../../cache/policy/policy.ts';
import type { Declared } from '../../freshness/leases/declared.ts';
import type { GetOptions } from '../../freshness/workspace-options.ts';
import { agentOf } from './agent.ts';
import { askProvider, NotKept, restOn } from './asking-provider.ts';
import { bypassedBecause } from './cacheable.ts';
import { NoKey } from './canonical-request.ts';
import { Exchange, type Found, type Teller } from './exchange.ts';
import { type ModelRequest, modelRequest, shapeOf } from './model-request.ts';
import type { AnswerEvent, Incoming, ProxyParts, ProxySettings } from './proxy-parts.ts';
import { lastText } from './question.ts';
import { readBody } from './read-body.ts';
import { declarationOf, declaredReads } from './reads.ts';
import { replayed } from './replay.ts';
import { fingerprint, type KeyParts, requestKey } from './request-key.ts';
import { Similar, similarAnswer } from './similar.ts';
import { type StoredAnswer, storedAnswer } from './stored-answer.ts';
import { forward, keptHeaders, returned } from './upstream.ts';
import { type Wishes, wishesOf } from './wishes.ts';

export const NAMESPACE = 'response';
/** The door of this provider is closed. */
export class DoorClosed extends Error {
  override readonly name = 'DoorClosed';
}

/** The client wants no other answer than one that is here, and there is none; why, in a sentence. */
export class NotHere extends Error {
  override readonly name = 'NotHere';
}

/** One question and what is known of it before it is answered. */
interface Question {
  readonly request: ModelRequest;
  readonly upstream: string;
  readonly settings: ProxySettings;
  readonly wishes: Wishes;
  readonly parts: KeyParts;
  readonly key: string;
  readonly agent: string;
  readonly text: string | undefined;
  /** Where similar questions are looked for. */
  readonly fingerprint: string | undefined;
  readonly options: GetOptions;
  readonly began: number;
}

type Outcome = Partial<Pick<AnswerEvent, 'reason' | 'usage' | 'level' | 'costMs' | 'match'>>;

/**
 * Stands between agents and the providers of models: gives an answer again for the very same question
 * while all that it rests on is unchanged, and passes everything else through.
 */
export class AnswerProxy {
  readonly #parts: ProxyParts;
  /** Questions that are being answered, by key. */
  readonly #running = new Map<string, Exchange>();
  readonly #all = new Set<Exchange>();

  constructor(parts: ProxyParts) {
    this.#parts = parts;
  }

  /**
   * Rejects with a {@link DoorClosed}, a {@link NotHere}, a WishError, a DeclarationError, a PathError,
   * a BodyTooLarge or an UpstreamError, whose messages are for the client.
   */
  async answer(incoming: Incoming): Promise<Response> {
    const settings = this.#parts.settings();
    const upstream = settings.upstreams[incoming.provider];
    if (upstream === undefined) throw new DoorClosed('The proxy for this provider is switched off.');
    const shape = shapeOf(incoming.provider, incoming.method, incoming.path.replace(/\?.*$/s, ''));
    if (!shape) return this.#through(upstream, incoming, incoming.body, undefined);
    const began = performance.now();
    const bytes = await readBody(incoming.body, settings.mostRequestBytes);
    const request = modelRequest({ ...incoming, shape, bytes });
    const question = await this.#question(incoming, settings, upstream, request, began);
    if (typeof question !== 'string') return this.#ask(question, incoming.signal);
    this.#tell({ agent: agentOf(incoming.headers), ...(request && { request }), began }, 'bypassed', {
      reason: question,
    });
    return this.#through(upstream, incoming, bytes, question);
  }

  /** Leaves the providers alone. */
  close(): void {
    for (const exchange of this.#all) exchange.abort();
  }

  /** Why it passes by the cache, else what is to be answered. */
  async #question(
    { request: asked, provider }: Incoming,
    settings: ProxySettings,
    upstream: string,
    request: ModelRequest | undefined,
    began: number,
  ): Promise<Question | string> {
    if (!request) return 'It is no JSON object, or too large to be compared.';
    const { workspace } = this.#parts;
    const { headers } = request;
    const agent = agentOf(headers);
    const policy = workspace.cache.namespaces.policy(NAMESPACE, agent);
    if (!workspace.cache.enabled) return 'Caching is paused (agentCache.enabled).';
    if (isBypassed(policy))
      return 'The policy of the namespace response keeps nothing (agentCache.namespaces).';
    if (asked?.cache === 'off') return 'The request says so.';
    const wishes = wishesOf(headers, request.body);
    const why = wishes.bypass ?? bypassedBecause(request, policy.sampled);
    if (why !== undefined) return why;
    if (this.#all.size >= settings.mostAtOnce) return 'Too many questions are being answered.';
    const reads = declaredReads(headers);
    const parts = { agent, upstream, perCredential: settings.perCredential, apart: wishes.apart, reads };
    const last = lastText(request);
    try {
      const key = await requestKey(request, parts);
      const similar = policy.strategy === 'semantic' && wishes.similar && last !== undefined;
      return {
        ...{ request, upstream, settings, wishes, parts, key, agent, began },
        text: last?.text,
        fingerprint: similar ? await fingerprint(request, parts, last) : undefined,
        options: {
          agent,
          tags: [`provider:${provider}`, ...(request.model ? [`model:${request.model}`] : [])],
          request: { ...asked, ...(wishes.ttlMs !== undefined && { ttl: Math.max(1, wishes.ttlMs) }) },
        },
      };
    } catch (error) {
      if (error instanceof NoKey || error instanceof KeyError) return error.message;
      throw error;
    }
  }

  async #ask(question: Question, signal: AbortSignal): Promise<Response> {
    const { key, wishes, settings } = question;
    if (wishes.onlyIfCached) return this.#fromHere(question);
    const running = wishes.anew ? 'another' : await this.#joinable(question);
    const joined = running instanceof Exchange;
    const anew = running === 'another';
    const exchange = joined
      ? running
      : new Exchange((tell, stop) => this.#run(question, anew, tell, stop), settings.lingerMs);
    if (!joined) this.#add(key, exchange, anew);
    const { found, leave } = await exchange.join(signal);
    if (found.from === 'provider') {
      const { recording } = found;
      const { response } = recording;
      if (joined) void recording.ended.then(() => this.#tell(question, 'joined'));
      const headers = joined ? new Headers(keptHeaders(response)) : returned(response);
      const reason = joined ? undefined : this.#parts.missOf(key);
      mark(headers, joined ? 'joined' : 'miss', key, reason);
      return new Response(recording.stream(leave), { status: response.status, headers });
    }
    leave();
    // It was looked at before this client asked.
    if (joined) return this.#ask(question, signal);
    const { answer } = found;
    if (wishes.maxAgeMs !== undefined && this.#parts.now() - answer.at > wishes.maxAgeMs)
      return this.#ask({ ...question, wishes: { ...wishes, anew: true } }, signal);
    return this.#served(question, found);
  }

  /**
   * The same question on its way, if what its answer rests on has not changed since it was asked; else
   * that it is another one by now, which has to be asked beside it.
   */
  async #joinable(question: Question): Promise<Exchange | 'another' | undefined> {
    for (;;) {
      const running = this.#running.get(question.key);
      if (!running) return undefined;
      if (!running.joinable) return 'another';
      const was = await running.state;
      if (was !== undefined && was === (await this.#state(question)) && running.joinable) return running;
      if (this.#running.get(question.key) === running) return was === undefined ? undefined : 'another';
    }
  }

  /** Of what the answer will rest on, now. Rejects with a DeclarationError. */
  async #state({ key, parts, agent }: Question): Promise<string> {
    const { leases } = this.#parts.workspace;
    const state = async (dependsOn: readonly Declared[]) =>
      dependsOn.length === 0 ? [] : (await leases.declared(key, { tags: [], dependsOn })).dependencies;
    const declared = await state(parts.reads.map(declarationOf));
    const told = this.#parts.told(agent).flatMap(({ dependsOn }) => dependsOn);
    // Equal to no other when it cannot be told.
    return JSON.stringify([declared, await state(told).catch(() => randomUUID())]);
  }

  #add(key: string, exchange: Exchange, apart: boolean): void {
    this.#all.add(exchange);
    if (!apart) this.#running.set(key, exchange);
    void exchange.over.then(() => {
      this.#all.delete(exchange);
      if (this.#running.get(key) === exchange) this.#running.delete(key);
    });
  }

  /** Finds an answer, or asks the provider for one and keeps it. */
  async #run(question: Question, anew: boolean, tell: Teller, signal: AbortSignal): Promise<void> {
    const { workspace } = this.#parts;
    const { key, options } = question;
    let asked = 0;
    const find = (recompute: boolean) =>
      workspace.getOrCompute<StoredAnswer>(
        key,
        async (context) => {
          asked++;
          if (asked > 1)
            throw new NotKept('What the answer rests on changed while the model answered.', false);
          tell.rests(await this.#state(question));
          const told = this.#parts.told(question.agent);
          const stale = await restOn(context, question.parts.reads, told);
          if (!recompute) await this.#similar(question, signal);
          const answer = await askProvider({
            ...{ request: question.request, upstream: { url: question.upstream }, signal },
            ...{ fetch: this.#parts.fetch, now: this.#parts.now, fingerprint: question.fingerprint },
            mostBytes: question.settings.mostAnswerBytes,
            answers: (recording) => tell.found({ from: 'provider', recording }),
          });
          if (stale !== undefined) throw new NotKept(stale, false, answer.usage);
          return answer;
        },
        { ...options, ...(recompute && { recompute }) },
      );
    try {
      let outcome = await find(anew).catch((error: Error) => {
        // It waited for another one's answer, which was not kept.
        if (asked > 0 || error instanceof Similar) throw error;
        return find(true);
      });
      let answer = storedAnswer(outcome.value);
      if (!answer) {
        // Something was taken out of it on its way to the disk.
        outcome = await find(true);
        answer = outcome.value;
      }
      if (asked === 0 && outcome.from !== 'computed')
        return tell.found({ from: outcome.from === 'running' ? 'memory' : outcome.from, answer });
      this.#tell(question, 'miss', { usage: answer.usage, reason: this.#parts.missOf(key) });
      if (question.fingerprint !== undefined && question.text !== undefined) {
        const { fingerprint, text } = question;
        this.#parts.matcher.add({ namespace: NAMESPACE, agent: question.agent, fingerprint, text }, key);
      }
    } catch (error) {
      if (error instanceof Similar) return tell.found({ from: 'similar', ...error });
      tell.failed(error); // of no effect when an answer is on its way
      const { message } = error as Error;
      const given = error instanceof NotKept && !error.failed;
      const usage = error instanceof NotKept ? error.usage : undefined;
      this.#tell(question, given ? 'miss' : 'failed', { reason: message, usage });
    }
  }

  /** Throws a {@link Similar} when a similar question has an answer that may be given. */
  async #similar({ agent, fingerprint, text }: Question, signal: AbortSignal): Promise<void> {
    if (fingerprint === undefined || text === undefined) return;
    const { matcher, workspace } = this.#parts;
    const asked = { namespace: NAMESPACE, agent, fingerprint, text };
    const found = await similarAnswer(asked, matcher, (key) => workspace.read(key, agent), signal);
    if (found) throw found;
  }

  async #fromHere(question: Question): Promise<Response> {
    const { key, agent, wishes } = question;
    const read = await this.#parts.workspace.read(key, agent);
    const answer = 'miss' in read ? undefined : storedAnswer(read.value);
    const age = answer && this.#parts.now() - answer.at;
    if (!('miss' in read) && answer && !(wishes.maxAgeMs !== undefined && (age ?? 0) > wishes.maxAgeMs))
      return this.#served(question, { from: read.from, answer });
    const why = 'miss' in read ? (read.miss.detail ?? read.miss.reason) : 'it is too old';
    this.#tell(question, 'failed', { reason: `There is no answer here: ${why}.` });
    throw new NotHere(`There is no answer here: ${why}.`);
  }

  #served(question: Question, found: Exclude<Found, { from: 'provider' }>): Response {
    const { key, wishes } = question;
    const { answer } = found;
    const headers = new Headers(answer.headers);
    const similar = found.from === 'similar' ? found.match : undefined;
    mark(headers, similar ? 'similar' : 'hit', similar?.key ?? key, undefined);
    headers.set('age', String(Math.max(0, Math.floor((this.#parts.now() - answer.at) / 1000))));
    if (similar) headers.set('x-agent-cache-similarity', similar.similarity.toFixed(4));
    const level: Level | undefined = found.from === 'similar' ? undefined : found.from;
    const usage = answer.usage ?? { model: answer.model, provider: question.request.provider };
    this.#tell(question, similar ? 'similar' : 'hit', { level, usage, costMs: answer.ms, match: similar });
    const pace = wishes.pace ?? 'once';
    const body = replayed(answer, pace);
    if (pace === 'once') headers.set('content-length', String(answer.body.length));
    return new Response(body, { status: 200, headers });
  }

  async #through(
    upstream: string,
    { method, path, headers, signal }: Incoming,
    body: Uint8Array | ReadableStream | null,
    reason: string | undefined,
  ): Promise<Response> {
    const asked = { method, path, headers, body, signal };
    const response = await forward({ url: upstream }, this.#parts.fetch, asked);
    const told = returned(response);
    mark(told, 'bypass', undefined, reason);
    return new Response(response.body, { status: response.status, headers: told });
  }

  #tell(
    of: Pick<Question, 'agent' | 'began'> & Partial<Question>,
    status: AnswerEvent['status'],
    outcome: Outcome = {},
  ): void {
    const { key = '', agent, request, text, began } = of;
    const { reason, usage, level, costMs, match } = outcome;
    const at = this.#parts.now();
    const model = usage?.model || (request?.model ?? '');
    const ms = Math.round(performance.now() - began);
    this.#parts.answered({ at, key, agent, model, status, text, reason, ms, usage, level, costMs, match });
  }
}

/** A header has no place for what is not ASCII. */
function mark(headers: Headers, status: string, key: string | undefined, reason: string | undefined): void {
  headers.set('x-agent-cache', status);
  if (key !== undefined) headers.set('x-agent-cache-key', key);
  if (reason !== undefined) headers.set('x-agent-cache-reason', reason.replace(/[^ -~]/g, '?').slice(0, 300));
}
