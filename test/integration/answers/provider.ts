import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ProxySettings } from '../../../src/answers/proxy/proxy-parts.ts';
import type { EngineOptions } from '../../../src/engine/options.ts';
import { temporaryFolder } from '../../support/workspace.ts';
import { openEngine, project, serveHere } from '../agent-server.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Whether the connection was ended before the answer was. */
  cancelled: boolean;
}

type Answering = (response: ServerResponse, call: Call) => void | Promise<void>;

/** A provider of models that does as it is told. */
export async function provider(answering: Answering) {
  const calls: Call[] = [];
  const state = { answering };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url: path = '', headers } = request;
    const call: Call = { method, path, headers, body, cancelled: false };
    calls.push(call);
    response.on('close', () => {
      call.cancelled = !response.writableFinished;
    });
    response.on('error', () => {});
    await state.answering(response, call);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { url, calls, answers: (next: Answering) => Object.assign(state, { answering: next }) };
}

/** A server whose doors lead to the provider. */
export async function served(
  upstream: string,
  more: Partial<ProxySettings> = {},
  root = project(),
  storage = temporaryFolder(),
  engine: Partial<EngineOptions> = {},
) {
  const settings: ProxySettings = {
    upstreams: { openai: upstream, anthropic: upstream },
    perCredential: true,
    mostRequestBytes: 32 << 20,
    mostAnswerBytes: 8 << 20,
    mostAtOnce: 200,
    lingerMs: 0,
    ...more,
  };
  const here = await serveHere({}, await openEngine(root, storage, { proxy: () => settings, ...engine }));
  const { url, token } = here.server;
  /** Asks a door as a client would. */
  const post = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Tester/1.0',
        authorization: 'Bearer sk-test',
        'x-agent-cache-token': token,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    });
    return response;
  };
  return { ...here, post };
}

export async function told(response: Response) {
  const text = await response.text();
  const { status, headers } = response;
  return { status, text, cache: headers.get('x-agent-cache'), reason: headers.get('x-agent-cache-reason') };
}

export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function json(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}

/** Events one after the other, with a pause before each. */
export async function stream(response: ServerResponse, events: readonly string[], pause = 0): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const event of events) {
    if (pause > 0) await wait(pause);
    response.write(event);
  }
}

export const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
export const event = (value: { type: string }) => `event: ${value.type}\n${data(value)}`;

export const CHAT = { model: 'gpt-x', temperature: 0, messages: [{ role: 'user', content: 'Why?' }] };

export const CHAT_ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-x-2026',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Because.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 100, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 64 } },
};

const chunk = (delta: object, finish: string | null = null) =>
  data({
    id: 'chatcmpl-2',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-x-2026',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

/** Reasons, calls a tool, says what it took. */
export const CHAT_STREAM = [
  chunk({ role: 'assistant', reasoning_content: 'Hm, ünïcode' }),
  chunk({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }],
  }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
  chunk({}, 'tool_calls'),
  data({
    id: 'chatcmpl-2',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-x-2026',
    choices: [],
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  }),
  'data: [DONE]\n\n',
];

export const MESSAGE_STREAM = [
  event({
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-x-2026',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: 3,
        cache_read_input_tokens: 20,
        cache_creation_input_tokens: 7,
        output_tokens: 1,
      },
    },
  } as never),
  event({
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'thinking', thinking: '', signature: '' },
  } as never),
  event({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'thinking_delta', thinking: 'Hm' },
  } as never),
  event({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'signature_delta', signature: 'sig' },
  } as never),
  event({ type: 'content_block_stop', index: 0 } as never),
  event({
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
  } as never),
  event({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'input_json_delta', partial_json: '{"a":1}' },
  } as never),
  event({ type: 'content_block_stop', index: 1 } as never),
  event({
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 30 },
  } as never),
  event({ type: 'message_stop' }),
];

export const MESSAGE = {
  model: 'claude-x',
  max_tokens: 100,
  temperature: 0,
  messages: [{ role: 'user' as const, content: 'Why?' }],
};

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'gpt-x-2026',
  error: null,
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] },
    {
      type: 'message',
      id: 'msg_1',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Because.', annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 50,
    input_tokens_details: { cached_tokens: 10 },
    output_tokens: 9,
    output_tokens_details: { reasoning_tokens: 4 },
    total_tokens: 59,
  },
};

export const RESPONSE_STREAM = [
  event({ type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [] } } as never),
  event({
    type: 'response.output_text.delta',
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
    delta: 'Because.',
  } as never),
  event({ type: 'response.completed', response: RESPONSE } as never),
];
