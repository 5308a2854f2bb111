import { expect, it, onTestFinished, vi } from 'vitest';
import { HttpSessions } from '../../../src/serve/mcp/sessions.ts';

const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** Sessions on a clock, and calls that wait until they are released. */
function sessions(most: number) {
  const clock = { now: 0 };
  const waiting: (() => void)[] = [];
  const held = new HttpSessions(
    () => new Promise((resolve) => waiting.push(() => resolve({ tools: [] }))),
    { sessions: most, sessionIdleMs: 1000 },
    () => clock.now,
  );
  onTestFinished(() => held.close());
  const post = (body: object, session?: string) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session && { 'mcp-session-id': session }),
    };
    return held.handle(new Request('http://127.0.0.1/mcp', { method: 'POST', headers }), body);
  };
  const begin = async () => {
    const response = await post(initialize);
    return { status: response.status, id: response.headers.get('mcp-session-id') ?? '' };
  };
  const ping = async (id: string) => (await post({ jsonrpc: '2.0', id: 1, method: 'ping' }, id)).status;
  const list = (id: string) => post({ jsonrpc: '2.0', id: 2, method: 'tools/list' }, id);
  return { clock, waiting, held, post, begin, ping, list };
}

it('a session that nobody uses ends, one that is used does not', async () => {
  const { clock, held, begin, ping } = sessions(10);
  const [idle, used] = [await begin(), await begin()];
  for (let i = 0; i < 3; i++) {
    clock.now += 600;
    expect(await ping(used.id)).toBe(200);
    held.sweep();
  }
  expect(await ping(idle.id)).toBe(404);
  expect(await ping(used.id)).toBe(200);
});

it('a session at work, or listened to, does not end for want of requests', async () => {
  const { clock, waiting, held, begin, ping, list } = sessions(10);
  const [working, listening] = [await begin(), await begin()];
  const answer = list(working.id);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  const controller = new AbortController();
  const headers = { accept: 'text/event-stream', 'mcp-session-id': listening.id };
  const request = new Request('http://127.0.0.1/mcp', { headers, signal: controller.signal });
  expect((await held.handle(request)).status).toBe(200);
  clock.now += 5000;
  held.sweep();
  for (const release of waiting) release();
  expect(await (await answer).text()).toContain('"tools":[]');
  expect([await ping(working.id), await ping(listening.id)]).toEqual([200, 200]);
  controller.abort();
  clock.now += 5000;
  held.sweep();
  expect([await ping(working.id), await ping(listening.id)]).toEqual([404, 404]);
});

it('one too many ends the one that is idle for longest, and is refused while all are at work', async () => {
  const { begin, ping, list } = sessions(2);
  const [first, second] = [await begin(), await begin()];
  expect(await ping(first.id)).toBe(200);
  const third = await begin();
  expect([await ping(first.id), await ping(second.id), await ping(third.id)]).toEqual([200, 404, 200]);
  void list(first.id);
  void list(third.id);
  await new Promise((resolve) => setImmediate(resolve));
  expect((await begin()).status).toBe(503);
  expect([await ping(first.id), await ping(third.id)]).toEqual([200, 200]);
});

it('nothing is answered without a session but its beginning', async () => {
  const { held, post, ping } = sessions(2);
  expect((await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' })).status).toBe(400);
  expect(await ping('made-up')).toBe(404);
  const gone = await held.handle(
    new Request('http://127.0.0.1/mcp', { method: 'DELETE', headers: { 'mcp-session-id': 'made-up' } }),
  );
  expect(gone.status).toBe(404);
});
