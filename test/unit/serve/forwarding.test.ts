import { ProtocolError } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/serve/connection-file.ts';
import { forwarding } from '../../../src/serve/mcp/forwarding.ts';
import type { Caller } from '../../../src/serve/mcp/server.ts';
import { Unreached } from '../../../src/serve/mcp/wire.ts';

const caller: Caller = { client: undefined, id: 1, meta: {}, signal: new AbortController().signal };
const read = { name: 'agent_cache_outline', arguments: {} };
const write = { name: 'agent_cache_store', arguments: {} };

/** Answers through a wire that fails as it is told, then answers; and how often each part was asked. */
function answering(...failures: Error[]) {
  const counts = { connects: 0, sent: 0 };
  const connect = async () => {
    counts.connects++;
    await new Promise((resolve) => setImmediate(resolve));
    return { url: `http://127.0.0.1:${counts.connects}` } as Connection;
  };
  const answer = forwarding(connect, async ({ url }) => {
    counts.sent++;
    const failure = failures.shift();
    if (failure) throw failure;
    return { from: url };
  });
  return { counts, answer };
}

describe('a request that is forwarded', () => {
  it('goes to the server that is known, and to the one that is found when it is gone', async () => {
    const { counts, answer } = answering(new Unreached('gone.', false));
    expect(await answer('tools/list', {}, caller)).toEqual({ from: 'http://127.0.0.1:2' });
    expect(await answer('tools/list', {}, caller)).toEqual({ from: 'http://127.0.0.1:2' });
    expect(counts).toEqual({ connects: 2, sent: 3 });
  });

  it('makes one search of many that come at once', async () => {
    const { counts, answer } = answering();
    await Promise.all(Array.from({ length: 50 }, () => answer('tools/call', read, caller)));
    expect(counts).toEqual({ connects: 1, sent: 50 });
  });

  it('is sent again only if it was not carried out, or does no harm twice', async () => {
    const perhaps = () => new Unreached('reset.', true);
    const harmless = answering(perhaps());
    await harmless.answer('tools/call', read, caller);
    expect(harmless.counts.sent).toBe(2);
    const harmful = answering(perhaps());
    await expect(harmful.answer('tools/call', write, caller)).rejects.toThrow(
      /could not be asked: reset\. Try again/,
    );
    expect(harmful.counts.sent).toBe(1);
    const refused = answering(new Unreached('refused.', false));
    await refused.answer('tools/call', write, caller);
    expect(refused.counts.sent).toBe(2);
  });

  it('is not sent for ever, and the next one tries anew', async () => {
    const { counts, answer } = answering(...Array.from({ length: 4 }, () => new Unreached('gone.', false)));
    await expect(answer('tools/list', {}, caller)).rejects.toThrow(/could not be asked/);
    expect(counts.sent).toBe(4);
    await answer('tools/list', {}, caller);
    expect(counts.sent).toBe(5);
  });

  it('is answered with what the server refused', async () => {
    const { counts, answer } = answering(new ProtocolError(-32_602, 'There is no tool "x".'));
    await expect(answer('tools/call', { name: 'x' }, caller)).rejects.toThrow('There is no tool "x".');
    expect(counts).toEqual({ connects: 1, sent: 1 });
  });
});
