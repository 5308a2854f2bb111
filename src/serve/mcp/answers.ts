import { ProtocolError, ProtocolErrorCode, type Result } from '@modelcontextprotocol/server';
import type { Engine } from '../../engine/engine.ts';
import type { ToolDesk } from '../tool-desk.ts';
import { listResources, readResource, TEMPLATES } from './resources.ts';
import type { Answer } from './server.ts';
import { callTool, listed } from './tool-calls.ts';

const FAILED = 'The server failed to answer; its log says why.';

/** What an engine answers. Unexpected errors are told to its recorder, never to a client. */
export function answersOf(engine: Engine, desk: ToolDesk, plain: (text: string) => string): Answer {
  const unexpected = (error: Error) => engine.recorder.problem('server', error);
  const answer: Answer = async (method, params, caller): Promise<Result> => {
    switch (method) {
      case 'tools/list':
        return { tools: desk.tools.map(listed) };
      case 'tools/call':
        return callTool(desk, params, caller, { plain, unexpected });
      case 'resources/list':
        return listResources(engine);
      case 'resources/templates/list':
        return TEMPLATES;
      case 'resources/read':
        return readResource(engine, params, plain);
    }
  };
  return async (method, params, caller) => {
    try {
      return await answer(method, params, caller);
    } catch (error) {
      if (error instanceof ProtocolError || caller.signal.aborted) throw error;
      unexpected(error as Error);
      throw new ProtocolError(ProtocolErrorCode.InternalError, FAILED);
    }
  };
}
