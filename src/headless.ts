import { realpathSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { digest } from './cache/digest.ts';
import { DEFAULT_MEMORY_LIMITS } from './cache/memory-level.ts';
import { Policies } from './cache/policy/scopes.ts';
import { Engine } from './engine/engine.ts';
import type { EngineLimits } from './engine/options.ts';
import { startServer } from './serve/server.ts';

const USAGE = `node dist/headless.js --workspace DIR [--storage DIR] [--port N]

  --workspace DIR  folder whose analyses are served
  --storage DIR    folder of the file level (default: one per workspace under the user's cache folder)
  --port N         port on 127.0.0.1 (default: a free one)

Prints one line of JSON with url, token and mcp when ready; logs to standard error; ends on SIGTERM.`;

const LIMITS: EngineLimits = {
  memory: DEFAULT_MEMORY_LIMITS,
  pressure: { watch: true, percent: 90 },
  file: { maxBytes: 1024 * 1024 * 1024, cleanupMs: 600_000, writeBackMs: 1000 },
};

interface Arguments {
  readonly workspace: string;
  readonly storage: string;
  readonly port: number;
}

/** Throws an Error with one clear sentence for what does not fit. */
function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      workspace: { type: 'string' },
      storage: { type: 'string' },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stderr.write(`${USAGE}\n`);
    process.exit(0);
  }
  if (values.workspace === undefined) throw new Error('--workspace DIR is missing.');
  const workspace = resolve(values.workspace);
  const stat = statSync(workspace, { throwIfNoEntry: false });
  if (!stat?.isDirectory())
    throw new Error(`The workspace ${workspace} ${stat ? 'is no folder' : 'does not exist'}.`);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is no port (0 to 65535).`);
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const storage = values.storage ?? join(caches, 'agent-cache-explorer', digest(realpathSync(workspace)));
  return { workspace, storage: resolve(storage), port };
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

async function main(): Promise<void> {
  const { workspace, storage, port } = readArguments();
  await mkdir(storage, { recursive: true });
  const engine = await Engine.open({
    root: workspace,
    storage,
    store: 'sqlite',
    policies: new Policies(),
    limits: () => LIMITS,
    bundle: fileURLToPath(new URL('.', import.meta.url)),
    filter: () => ({ exclude: [], maxBytes: 1024 * 1024, maxFiles: 20_000 }),
    refreshAfterChange: () => false,
    report: (where, error) => log(`${where}: ${error.message}`),
    warn: log,
  });
  const server = await startServer(engine, port);
  const { url, token } = server;
  process.stdout.write(`${JSON.stringify({ url, token, mcp: `${url}/mcp` })}\n`);
  log(`serving ${workspace}, storage ${storage}`);
  const stop = async () => {
    await server.close();
    await engine.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}

main().catch((error: NodeJS.ErrnoException) => {
  const text =
    error.code === 'EADDRINUSE' ? 'The port is in use: choose another, or 0 for a free one.' : error.message;
  process.stderr.write(`agent-cache-explorer: ${text}\n`);
  process.exit(1);
});
