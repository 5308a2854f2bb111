import { embeddingsProblem } from '../answers/semantic/embedding/address.ts';
import type { EmbeddingsSettings } from '../answers/semantic/embedding/embeddings-client.ts';

const TIMEOUT_MS = 2000;

/** As `parseArgs` takes them. */
export const EMBEDDINGS_FLAGS = {
  'embeddings-url': { type: 'string' },
  'embeddings-model': { type: 'string', default: 'nomic-embed-text' },
  'embeddings-dimensions': { type: 'string', default: '0' },
} as const;

export const EMBEDDINGS_OPTIONS = `  --embeddings-url URL
                   OpenAI-compatible API whose model embeds questions, up to /v1. The key is taken from
                   AGENT_CACHE_EMBEDDINGS_KEY. Without it only questions with the same words match.
  --embeddings-model NAME, --embeddings-dimensions N
                   (default: nomic-embed-text, with as many dimensions as it has)`;

export interface EmbeddingsArguments {
  readonly embeddings?: EmbeddingsSettings;
}

/** Throws an Error with one clear sentence for what does not fit. */
export function readEmbeddingsArguments(flags: {
  readonly 'embeddings-url'?: string | undefined;
  readonly 'embeddings-model': string;
  readonly 'embeddings-dimensions': string;
}): EmbeddingsArguments {
  const url = flags['embeddings-url'];
  if (url === undefined) return {};
  const wrong = embeddingsProblem(url);
  if (wrong) throw new Error(`--embeddings-url does not fit. ${wrong}`);
  const dimensions = Number(flags['embeddings-dimensions']);
  if (!Number.isInteger(dimensions) || dimensions < 0 || dimensions > 4096)
    throw new Error(`--embeddings-dimensions ${flags['embeddings-dimensions']} does not fit: 0 to 4096.`);
  const model = flags['embeddings-model'];
  return { embeddings: { url, model, timeoutMs: TIMEOUT_MS, ...(dimensions > 0 && { dimensions }) } };
}
