import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { STAND_IN } from '../quality/semantic/measure.ts';

export interface Request {
  readonly model: string;
  readonly input: string[];
  readonly authorization: string | undefined;
}

/** An embeddings service that answers as it is told, and well unless told otherwise. */
export async function service() {
  const requests: Request[] = [];
  const state: { answer: ((request: Request, response: ServerResponse) => void) | undefined } = {
    answer: undefined,
  };
  const server = createServer((incoming, response) => void answer(incoming, response));
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const request = { ...JSON.parse(text), authorization: incoming.headers.authorization };
    requests.push(request);
    expect(incoming.url).toBe('/v1/embeddings');
    if (state.answer) return state.answer(request, response);
    const vectors = await Promise.all(request.input.map((one: string) => STAND_IN.embed(one)));
    // In another order than asked for: it says which is which.
    const data = vectors.map((vector, index) => ({ index, embedding: [...vector] })).reverse();
    json(response, { data });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, requests, state };
}

export function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
}
