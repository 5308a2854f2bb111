import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completions, messages, responses, type Turn } from './wires.ts';

export interface Model {
  readonly url: string;
  /** The last turn that had results of tools, or offered any. */
  last(): Turn | undefined;
  /** Questions to a model since {@link forget}. */
  asked(): number;
  forget(): void;
  close(): void;
}

/** A stand-in for the models of the agents: no network, no account; it calls the tools of {@link PLAN}. */
export async function startModel(): Promise<Model> {
  let last: Turn | undefined;
  let asked = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    const wire = path.includes('/chat/completions')
      ? completions
      : path.includes('/responses')
        ? responses
        : path.includes('/messages') && !path.includes('count_tokens')
          ? messages
          : undefined;
    if (!wire || request.method !== 'POST') {
      response.setHeader('content-type', 'application/json').end('{"data":[],"input_tokens":1}');
      return;
    }
    asked++;
    const turn = wire(JSON.parse(String(Buffer.concat(chunks))));
    if (turn.offered > 0) last = turn;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const { event, data } of turn.events)
      response.write(`${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`);
    response.end(wire === completions ? 'data: [DONE]\n\n' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    last: () => last,
    asked: () => asked,
    forget: () => {
      asked = 0;
      last = undefined;
    },
    close: () => void server.close(),
  };
}
