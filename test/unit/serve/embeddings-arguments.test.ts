import { describe, expect, it } from 'vitest';
import { readEmbeddingsArguments } from '../../../src/serve/embeddings-arguments.ts';

const read = (url?: string, dimensions = '0') =>
  readEmbeddingsArguments({
    'embeddings-url': url,
    'embeddings-model': 'm',
    'embeddings-dimensions': dimensions,
  });

describe('the arguments of the embeddings service', () => {
  it('name none unless there is an address', () => {
    expect(read()).toEqual({});
    expect(read('http://localhost:11434/v1', '256').embeddings).toMatchObject({
      ...{ url: 'http://localhost:11434/v1', model: 'm', dimensions: 256 },
    });
  });

  it('refuse what would leave the machine unencrypted, without repeating it', () => {
    expect(() => read('http://user:pass@example.com/v1')).toThrow(/^(?!.*pass@).*user name or a password/);
    expect(() => read('http://example.com/v1')).toThrow('leaves this machine without encryption');
    expect(() => read('nonsense')).toThrow('It is no address');
    expect(() => read('https://api.openai.com/v1', '5000')).toThrow('--embeddings-dimensions 5000');
  });
});
