import type * as vscode from 'vscode';
import type { EmbeddingsOptions } from '../engine/options.ts';
import type { SettingsReader } from './settings.ts';

/** Where SecretStorage keeps the key of the embeddings service. */
const KEY = 'agentCache.embeddings.key';

/** Key by the address it was given for: it goes to no other one. */
export function keyFor(url: string): string {
  return `${KEY}:${url}`;
}

export function embeddingsOptions(
  reader: SettingsReader,
  secrets: Pick<vscode.SecretStorage, 'get'>,
): EmbeddingsOptions {
  return {
    service: () => {
      const {
        'embeddings.url': url,
        'embeddings.model': model,
        'embeddings.dimensions': dimensions,
        'embeddings.timeoutMs': timeoutMs,
      } = reader.last;
      return url === '' ? undefined : { url, model, timeoutMs, ...(dimensions > 0 && { dimensions }) };
    },
    key: async () => secrets.get(keyFor(reader.last['embeddings.url'])),
  };
}
