/** A provider of models on this machine: answers after a while, and breaks off where it is asked to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question with this in it gets half an answer. */
export const BREAKS_OFF = 'release notes';

const ANSWER = 'It is: every path is covered, and nothing else rests on it.';

export interface Provider {
  /** Up to `/v1`. */
  readonly url: string;
  close(): void;
}

export async function startProvider(): Promise<Provider> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const tokens = 9_000 + 37 * body.length;
    const { model } = JSON.parse(body) as { model: string };
    await new Promise((resolve) => setTimeout(resolve, 250 + ((7 * body.length) % 900)));
    const told = request.url?.endsWith('/messages') ? message(model, tokens) : chat(model, tokens);
    const text = JSON.stringify(told);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    if (!body.includes(BREAKS_OFF)) return response.end(text);
    response.write(text.slice(0, text.length / 2));
    setTimeout(() => response.destroy(), 100);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function chat(model: string, tokens: number) {
  return {
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model },
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: ANSWER } }],
    usage: { prompt_tokens: tokens, completion_tokens: 420, total_tokens: tokens + 420 },
  };
}

function message(model: string, tokens: number) {
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model },
    content: [{ type: 'text', text: ANSWER }],
    ...{ stop_reason: 'end_turn', stop_sequence: null },
    usage: { input_tokens: tokens, output_tokens: 420 },
  };
}
