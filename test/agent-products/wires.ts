import { named, PLAN } from './plan.ts';

type Json = Record<string, unknown>;

/** What a request to a model says, and the events that answer it. */
export interface Turn {
  readonly offered: number;
  /** Results of tools so far, as the agent gave them to its model. */
  readonly results: readonly string[];
  readonly events: readonly { readonly event?: string; readonly data: unknown }[];
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const DONE = 'Done.';

function next(results: readonly unknown[], offered: readonly string[]) {
  const step = PLAN[results.length];
  const name = step && named(step.tool, offered);
  return name === undefined
    ? undefined
    : { name, input: JSON.stringify(step?.input), id: `call_${results.length}` };
}

/** Anthropic's messages. */
export function messages({ messages: said, tools, model }: Json): Turn {
  const offered = list(tools).map(({ name }) => String(name));
  const results = list(said)
    .flatMap(({ content }) => list(content))
    .filter(({ type }) => type === 'tool_result')
    .map(({ content }) => text(content));
  const call = next(results, offered);
  const event = (type: string, fields: Json) => ({ event: type, data: { type, ...fields } });
  const usage = { input_tokens: 1, output_tokens: 1 };
  const block = call
    ? [
        event('content_block_start', {
          index: 0,
          content_block: { type: 'tool_use', id: `toolu_${call.id}`, name: call.name, input: {} },
        }),
        event('content_block_delta', {
          index: 0,
          delta: { type: 'input_json_delta', partial_json: call.input },
        }),
      ]
    : [
        event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: DONE } }),
      ];
  const events = [
    event('message_start', {
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        usage,
      },
    }),
    ...block,
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: call ? 'tool_use' : 'end_turn' }, usage }),
    event('message_stop', {}),
  ];
  return { offered: ours(offered), results, events };
}

/** OpenAI's responses; tools of an MCP server come as one namespace, named in the call. */
export function responses({ input, tools }: Json): Turn {
  const space = list(tools).find(({ type, name }) => type === 'namespace' && /cache/.test(String(name)));
  const offered = list(space?.tools ?? tools).map(({ name }) => String(name));
  const results = list(input)
    .filter(({ type }) => type === 'function_call_output')
    .map(({ output }) => text(output));
  const call = next(results, offered);
  const event = (type: string, fields: Json) => ({ event: type, data: { type, ...fields } });
  const item = call
    ? {
        type: 'function_call',
        id: call.id,
        call_id: call.id,
        name: call.name,
        arguments: call.input,
        ...(space && { namespace: space.name }),
      }
    : { type: 'message', id: 'done', role: 'assistant', content: [{ type: 'output_text', text: DONE }] };
  const usage = {
    input_tokens: 1,
    output_tokens: 1,
    total_tokens: 2,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  };
  const events = [
    event('response.created', { response: { id: 'response' } }),
    event('response.output_item.done', { output_index: 0, item }),
    event('response.completed', { response: { id: 'response', status: 'completed', usage } }),
  ];
  return { offered: ours(offered), results, events };
}

/** OpenAI's chat completions. */
export function completions({ messages: said, tools, model }: Json): Turn {
  const offered = list(tools).map((tool) => String((tool.function as Json | undefined)?.name));
  const results = list(said)
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => text(content));
  const call = next(results, offered);
  const chunk = (delta: Json, finish_reason: string | null = null) => ({
    data: {
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model,
      choices: [{ index: 0, delta, finish_reason }],
    },
  });
  const asked = call && { name: call.name, arguments: call.input };
  const events = asked
    ? [
        chunk({
          role: 'assistant',
          tool_calls: [{ index: 0, id: call.id, type: 'function', function: asked }],
        }),
        chunk({}, 'tool_calls'),
      ]
    : [chunk({ role: 'assistant', content: DONE }), chunk({}, 'stop')];
  return { offered: ours(offered), results, events };
}

function ours(offered: readonly string[]): number {
  return offered.filter((name) => name.includes('agent_cache_')).length;
}
