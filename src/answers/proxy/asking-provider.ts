import type { ComputeContext } from '../../freshness/context.ts';
import { declare } from '../../freshness/leases/declared.ts';
import type { Usage } from '../usage.ts';
import { judge } from './judgement.ts';
import type { ModelRequest } from './model-request.ts';
import type { Told } from './proxy-parts.ts';
import { declarationOf } from './reads.ts';
import { Recording } from './recording.ts';
import { type StoredAnswer, sumOf } from './stored-answer.ts';
import { type Fetch, forward, keptHeaders, type Upstream } from './upstream.ts';

/** Why an answer was given and not kept, in a sentence. */
export class NotKept extends Error {
  override readonly name = 'NotKept';
  /** Whether the client has no whole answer either. */
  readonly failed: boolean;
  /** As far as the answer told it. */
  readonly usage: Usage | undefined;

  constructor(why: string, failed: boolean, usage?: Usage) {
    super(why);
    this.failed = failed;
    this.usage = usage;
  }
}

interface Asked {
  readonly request: ModelRequest;
  readonly upstream: Upstream;
  readonly fetch: Fetch;
  readonly mostBytes: number;
  readonly fingerprint: string | undefined;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told as soon as the provider answers. */
  readonly answers: (recording: Recording) => void;
}

/** Asks the provider. Rejects with a {@link NotKept} when nobody else may be given the answer. */
export async function askProvider(asked: Asked): Promise<StoredAnswer> {
  const { request, upstream, fetch, mostBytes, fingerprint, now, signal, answers } = asked;
  const began = performance.now();
  const clock = () => Math.round(performance.now() - began);
  const { path, headers, bytes, shape, model } = request;
  const response = await forward(upstream, fetch, { method: 'POST', path, headers, body: bytes, signal });
  const recording = new Recording(response, mostBytes, clock);
  answers(recording);
  const cutOff = await recording.ended;
  if (cutOff) throw new NotKept(cutOff.message, true);
  const { pieces } = recording;
  if (!pieces)
    throw new NotKept('The answer is larger than what is kept (agentCache.proxy.maxAnswerMegabytes).', false);
  const length = response.headers.get('content-length');
  if (length !== null && !response.headers.has('content-encoding') && Number(length) !== recording.bytes)
    throw new NotKept('The answer is shorter than the provider said.', true);
  const body = new Uint8Array(Buffer.concat(pieces.map((piece) => piece.bytes)));
  const type = response.headers.get('content-type') ?? '';
  const { refused, usage } = await judge({ shape, status: response.status, type, body, model });
  if (refused !== undefined) throw new NotKept(refused, response.status !== 200, usage);
  let at = 0;
  const places = pieces.flatMap((piece) => {
    const from = at;
    at += piece.bytes.length;
    return [from, piece.ms];
  });
  return {
    headers: keptHeaders(response),
    body,
    sum: sumOf(body),
    pieces: places,
    at: now(),
    ms: clock(),
    model: usage?.model || model,
    ...(usage && { usage }),
    ...(fingerprint !== undefined && { fingerprint }),
  };
}

/**
 * Makes what the question came of the dependencies of its answer, before the provider is asked: what
 * the client declares, and what the cache's own tools have told it. Resolves to why the answer cannot
 * be kept, if so. Rejects with a DeclarationError.
 */
export async function restOn(
  context: ComputeContext,
  reads: readonly string[],
  told: readonly Told[],
): Promise<string | undefined> {
  await declare(context, reads.map(declarationOf));
  for (const { name, dependsOn, isCurrent } of told) {
    // What is not there any more, or cannot be looked at, is not as it was told.
    const isSame = await declare(context, dependsOn)
      .then(isCurrent)
      .catch(() => false);
    if (!isSame) return `What was served to the agent has changed since (${name}).`;
  }
  return undefined;
}
