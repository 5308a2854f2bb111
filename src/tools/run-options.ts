import type { RunOptions } from '../analysis/runner.ts';
import type { ToolContext } from './tool.ts';

/** Who asks an analysis, and what of the cache they want. */
export function runOptions({ signal, agent, request }: ToolContext): RunOptions {
  return { signal, ...(agent !== undefined && { agent }), ...(request && { request }) };
}
