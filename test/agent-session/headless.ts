import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const ready = z.object({ url: z.string(), token: z.string(), mcp: z.string() });

export interface Headless extends z.infer<typeof ready> {
  readonly pid: number;
  stop(): Promise<void>;
}

interface Started {
  /** Options of Node. */
  readonly node?: readonly string[];
  /** Hears the lines of standard error. */
  readonly log?: (line: string) => void;
}

/** The built server as people start it. */
export async function startHeadless(
  workspace: string,
  storage: string,
  more: readonly string[] = [],
  { node = [], log }: Started = {},
): Promise<Headless> {
  const program = new URL('../../dist/headless.js', import.meta.url).pathname;
  const given = [...node, program, '--workspace', workspace, '--storage', storage, ...more];
  const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'pipe'] });
  createInterface(child.stderr).on('line', log ?? (() => {}));
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => Promise.reject(new Error('The server ended before it was ready.'))),
  ])) as [string];
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { ...ready.parse(JSON.parse(line)), pid: child.pid as number, stop };
}
