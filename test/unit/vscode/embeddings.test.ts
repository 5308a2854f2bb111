import { describe, expect, it } from 'vitest';
import { embeddingsOptions, keyFor } from '../../../src/vscode/embeddings.ts';
import type { SettingsReader } from '../../../src/vscode/settings.ts';

const OPENAI = 'https://api.openai.com/v1';

function options(url: string, dimensions = 0) {
  const last = {
    ...{ 'embeddings.url': url, 'embeddings.model': 'm' },
    ...{ 'embeddings.dimensions': dimensions, 'embeddings.timeoutMs': 2000 },
  };
  const secrets = new Map([[keyFor(OPENAI), 'sk-openai']]);
  return embeddingsOptions({ last } as SettingsReader, { get: async (name) => secrets.get(name) });
}

describe('the embeddings service of the settings', () => {
  it('is none without an address', () => {
    expect(options('').service()).toBeUndefined();
    expect(options(OPENAI).service()).toEqual({ url: OPENAI, model: 'm', timeoutMs: 2000 });
    expect(options(OPENAI, 256).service()?.dimensions).toBe(256);
  });

  it('gets the key that was given for its address, and no other', async () => {
    expect(await options(OPENAI).key()).toBe('sk-openai');
    expect(await options('https://elsewhere.example/v1').key()).toBeUndefined();
  });
});
