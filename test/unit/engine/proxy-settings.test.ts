import { expect, it } from 'vitest';
import { boundsSchema } from '../../../src/engine/bounds.ts';
import { upstreamUrl } from '../../../src/engine/proxy-settings.ts';
import { readProxyArguments } from '../../../src/serve/proxy-arguments.ts';

const NONE = { 'proxy-share-credentials': false } as const;
const bounds = boundsSchema.parse({});

it.each([
  ['https://api.openai.com/v1', 'https://api.openai.com/v1'],
  ['https://gateway.example/openai/v1//', 'https://gateway.example/openai/v1'],
  ['http://127.0.0.1:11434/v1', 'http://127.0.0.1:11434/v1'],
  ['http://localhost:8080', 'http://localhost:8080'],
])('sends questions to %s', (given, url) => expect(upstreamUrl().parse(given)).toBe(url));

it.each([
  'http://api.openai.com/v1',
  'http://127.0.0.1.evil.example/v1',
  'https://user:secret@api.openai.com/v1',
  'https://api.openai.com/v1?key=secret',
  'file:///etc/passwd',
  'api.openai.com',
  '',
])('sends questions nowhere for %s, and does not repeat it', (given) => {
  const message = upstreamUrl().safeParse(given).error?.issues[0]?.message ?? '';
  expect(message).toMatch(/^It does not fit\. Fits: https/);
  expect(message).not.toContain('secret');
});

it('opens no door that nobody asked for', () => {
  expect(readProxyArguments(NONE, bounds).proxy).toEqual({
    upstreams: {},
    perCredential: true,
    mostRequestBytes: 32 * 2 ** 20,
    mostAnswerBytes: 8 * 2 ** 20,
    mostAtOnce: 64,
    lingerMs: 0,
  });
  const given = { ...NONE, 'proxy-openai': 'https://u/v1', 'proxy-share-credentials': true };
  expect(readProxyArguments(given, bounds).proxy).toMatchObject({
    upstreams: { openai: 'https://u/v1' },
    perCredential: false,
  });
  expect(() => readProxyArguments({ ...NONE, 'proxy-anthropic': 'ftp://x' }, bounds)).toThrow(
    /^--proxy-anthropic: It does not fit/,
  );
});
