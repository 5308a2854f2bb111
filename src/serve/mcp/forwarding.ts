import { ProtocolError, ProtocolErrorCode, type Result } from '@modelcontextprotocol/server';
import { TOOLS } from '../../tools/catalog.ts';
import { PREFIX } from '../../tools/tool.ts';
import type { Connection } from '../connection-file.ts';
import type { Answer, Method } from './server.ts';
import { Unreached, type Wire } from './wire.ts';

/** How often a request is sent again because the server it went to is gone. */
const MOST_AGAIN = 3;

/**
 * Answers by asking a server, another one when that is gone. `connect` finds or starts one; `wire`
 * carries one request to it.
 */
export function forwarding(connect: () => Promise<Connection>, wire: Wire): Answer {
  let connecting: Promise<Connection> | undefined;
  return async (method, params, caller): Promise<Result> => {
    for (let again = 0; ; again++) {
      connecting ??= connect();
      const mine = connecting;
      try {
        return await wire(await mine, method, params, caller);
      } catch (error) {
        if (error instanceof ProtocolError || caller.signal.aborted) throw error;
        if (connecting === mine) connecting = undefined;
        const once = !(error instanceof Unreached) || (error.perhapsDone && !repeatable(method, params));
        if (once || again === MOST_AGAIN) throw told(error as Error);
      }
    }
  };
}

/** Whether it does no harm to do it twice. */
function repeatable(method: Method, { name }: Readonly<Record<string, unknown>>): boolean {
  if (method !== 'tools/call') return true;
  return TOOLS.find((tool) => PREFIX + tool.name === name)?.effect === 'reads';
}

function told(error: Error): ProtocolError {
  const text = `The cache could not be asked: ${error.message} Try again.`;
  return new ProtocolError(ProtocolErrorCode.InternalError, text);
}
