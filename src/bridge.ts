import { Console } from 'node:console';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { type Arguments, OPTIONS, readArguments } from './serve/arguments.ts';
import { type Connection, findServer } from './serve/connection-file.ts';
import { forwarding } from './serve/mcp/forwarding.ts';
import { mcpServer } from './serve/mcp/server.ts';
import { httpWire } from './serve/mcp/wire.ts';
import type { RunningServer } from './serve/server.ts';

const USAGE = `node dist/bridge.js --workspace DIR [--storage DIR] [--policies FILE] [--shared URL]…

${OPTIONS}

Speaks MCP on standard input and output for agents that start a command. Answers come from the server
that runs on this storage, in VS Code or headless; while there is none, the bridge serves the workspace
itself, under the other options. Logs to standard error; ends when standard input does.`;

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

/** The server of a workspace: one that runs, or else one of our own. */
class Servers {
  readonly #arguments: Arguments;
  #own: Promise<RunningServer> | undefined;

  constructor(given: Arguments) {
    this.#arguments = given;
  }

  async connect(): Promise<Connection> {
    const { workspace, storage } = this.#arguments;
    const found = await findServer(storage);
    if (found && real(found.workspace) === real(workspace)) {
      log(`asking the server at ${found.url}`);
      return found;
    }
    this.#own ??= this.#start();
    const { url, token, mcp } = await this.#own;
    return { url, token, mcp, pid: process.pid, workspace, startedAt: Date.now() };
  }

  async close(): Promise<void> {
    await (await this.#own?.catch(() => undefined))?.close();
  }

  async #start(): Promise<RunningServer> {
    try {
      const { startStandalone } = await import('./serve/standalone.ts');
      const bundle = fileURLToPath(new URL('.', import.meta.url));
      const server = await startStandalone(this.#arguments, bundle, log);
      log(`no server runs on ${this.#arguments.storage}: serving at ${server.url}`);
      return server;
    } catch (error) {
      this.#own = undefined; // the next request tries again
      throw error;
    }
  }
}

function real(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function main(): void {
  globalThis.console = new Console(process.stderr); // standard output carries MCP and nothing else
  const given = readArguments(log);
  if (!given) {
    process.stderr.write(`${USAGE}\n`);
    return;
  }
  const servers = new Servers(given);
  const answer = forwarding(() => servers.connect(), httpWire());
  const stdio = serveStdio(() => mcpServer(answer), { onerror: (error) => log(error.message) });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await stdio.close();
    await servers.close();
    process.exit(0);
  };
  process.stdin.once('end', () => void stop()).once('close', () => void stop());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}

try {
  main();
} catch (error) {
  process.stderr.write(`agent-cache-explorer: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
