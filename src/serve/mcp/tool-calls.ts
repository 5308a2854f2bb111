import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type Tool,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type AnyTool, PREFIX } from '../../tools/tool.ts';
import { requestOf } from '../asking.ts';
import { objectSchema } from '../object-schema.ts';
import { problemOf } from '../problems.ts';
import type { ToolDesk } from '../tool-desk.ts';
import { agentName } from './agent-name.ts';
import type { Caller } from './server.ts';

const callSchema = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** A tool as MCP lists it. */
export function listed({ name, title, description, effect, input, output }: AnyTool): Tool {
  return {
    name: PREFIX + name,
    title,
    description,
    inputSchema: objectSchema(input) as Tool['inputSchema'],
    outputSchema: objectSchema(output, 'output') as NonNullable<Tool['outputSchema']>,
    annotations: {
      title,
      readOnlyHint: effect === 'reads',
      destructiveHint: effect === 'removes',
      idempotentHint: effect !== 'writes',
      openWorldHint: false,
    },
  };
}

/** How errors are told: `plain` rewrites their texts, `unexpected` hears of those that are none of the caller's. */
export interface Errors {
  plain(text: string): string;
  unexpected(error: Error): void;
}

/**
 * The result of a call. What the caller did wrong is a result too, so that a model reads it and tries
 * again; only an unknown tool, and a call that is none, is a ProtocolError.
 */
export async function callTool(
  desk: ToolDesk,
  params: unknown,
  { client, meta, signal }: Caller,
  errors: Errors,
): Promise<CallToolResult> {
  const call = callSchema.safeParse(params);
  if (!call.success) throw new ProtocolError(ProtocolErrorCode.InvalidParams, sentence(call.error));
  const { name, arguments: given } = call.data;
  const tool = name.startsWith(PREFIX) ? desk.find(name.slice(PREFIX.length)) : undefined;
  if (!tool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownTool(desk, name));
  const input = tool.input.safeParse(given);
  if (!input.success) return failed(sentence(input.error));
  try {
    const request = meta.agentCache === undefined ? undefined : requestOf(meta.agentCache);
    const agent = agentName(client?.name);
    const asking = { signal, ...(agent !== undefined && { agent }), ...(request && { request }) };
    const { value, text } = await desk.run(tool, input.data, asking);
    return { structuredContent: value as Record<string, unknown>, content: [{ type: 'text', text }] };
  } catch (error) {
    signal.throwIfAborted(); // nobody waits for it
    const problem = problemOf(error as Error);
    if (problem) return failed(errors.plain(problem.message));
    errors.unexpected(error as Error);
    return failed('The server failed to answer; its log says why.');
  }
}

function failed(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}

function unknownTool(desk: ToolDesk, name: string): string {
  const names = desk.tools.map((tool) => PREFIX + tool.name).join(', ');
  return `There is no tool "${name.slice(0, 100)}". There are: ${names}.`;
}

/** What does not fit, each after the field that it is about. */
function sentence({ issues }: z.ZodError): string {
  const told = issues.slice(0, 10).map(({ path, message }) => {
    const at = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    return at === '' ? message : `${at.replace(/^\./, '')}: ${message}`;
  });
  return `The arguments do not fit. ${told.join(' ')}`;
}
