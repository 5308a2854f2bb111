import * as z from 'zod';
import { MOST_DIMENSIONS } from '../index/vector-index.ts';

export interface EmbeddingsRequest {
  readonly endpoint: string;
  readonly model: string;
  readonly texts: readonly string[];
  /** Asked for; absent, as many as the model has. */
  readonly dimensions?: number | undefined;
  /** A secret: it is in no message. */
  readonly key: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Of an answer; 32 vectors of 4,096 numbers have about 3 MB. */
const MOST_BYTES = 8 * 1024 * 1024;

const answerSchema = z.object({
  data: z.array(
    z.object({
      index: z.int().min(0).optional(),
      embedding: z.array(z.number()).min(1).max(MOST_DIMENSIONS),
    }),
  ),
});

/** A vector for each text, all as long. Rejects with a sentence that says why, without address and texts. */
export async function requestEmbeddings(request: EmbeddingsRequest): Promise<Float32Array[]> {
  const { texts, dimensions } = request;
  const parsed = answerSchema.safeParse(await answerTo(request));
  if (!parsed.success) throw new Error('The embeddings service answered what is no list of vectors.');
  const { data } = parsed.data;
  if (data.length !== texts.length)
    throw new Error(`The embeddings service answered ${data.length} vectors for ${texts.length} texts.`);
  const vectors = new Array<Float32Array | undefined>(texts.length).fill(undefined);
  for (const [i, { index = i, embedding }] of data.entries())
    if (index < texts.length) vectors[index] = Float32Array.from(embedding);
  const length = dimensions ?? data[0]?.embedding.length ?? 0;
  return vectors.map((vector) => {
    if (!vector) throw new Error('The embeddings service left out the vector of a text.');
    if (vector.length !== length)
      throw new Error(`The embeddings service answered ${vector.length} dimensions instead of ${length}.`);
    if (!vector.some((value) => value !== 0) || !vector.every((value) => Number.isFinite(value)))
      throw new Error('The embeddings service answered a vector without a direction.');
    return vector;
  });
}

async function answerTo(request: EmbeddingsRequest): Promise<unknown> {
  const { endpoint, model, texts, dimensions, key, timeoutMs } = request;
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([limit, request.signal]);
  const input = { model, input: texts, encoding_format: 'float', ...(dimensions && { dimensions }) };
  const failed = (error: unknown): never => {
    if (error instanceof TooLarge) throw error;
    throw new Error(
      limit.aborted
        ? `The embeddings service did not answer within ${timeoutMs} ms.`
        : 'The embeddings service cannot be reached.',
    );
  };
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(input),
    redirect: 'error', // the key and the texts go to nobody else
    signal,
  }).catch(failed);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`The embeddings service answered ${response.status}.`);
  }
  const text = await bounded(response).catch(failed);
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by who looks at it
  }
}

class TooLarge extends Error {}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new TooLarge('The embeddings service answered more than 8 MB.');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
