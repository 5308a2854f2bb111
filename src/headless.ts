import { readFileSync, realpathSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { digest } from './cache/digest.ts';
import { DEFAULT_MEMORY_LIMITS } from './cache/memory-level.ts';
import { Policies } from './cache/policy/scopes.ts';
import type { SharedStoreOptions } from './cache/shared/connection.ts';
import type { SharedOptions } from './cache/shared/load.ts';
import { projectName } from './cache/shared/project-name.ts';
import { Engine } from './engine/engine.ts';
import type { EngineLimits } from './engine/options.ts';
import { startServer } from './serve/server.ts';

const USAGE = `node dist/headless.js --workspace DIR [--storage DIR] [--port N] [--policies FILE] [--shared URL]…

  --workspace DIR  folder whose analyses are served
  --storage DIR    folder of the file level (default: one per workspace under the user's cache folder)
  --port N         port on 127.0.0.1 (default: a free one)
  --policies FILE  JSON with "namespaces" and "agents", as the settings agentCache.namespaces and .agents
  --shared URL     shared cache: redis://, rediss://, valkey://, memcached://; several for a Redis Cluster,
                   or for several Memcached servers. The password is taken from AGENT_CACHE_PASSWORD.

Prints one line of JSON with url, token and mcp when ready; logs to standard error; ends on SIGTERM.`;

const SHARED_TTL_MS = 7 * 24 * 3_600_000;

const LIMITS: EngineLimits = {
  memory: DEFAULT_MEMORY_LIMITS,
  pressure: { watch: true, percent: 90 },
  file: { maxBytes: 1024 * 1024 * 1024, cleanupMs: 600_000, writeBackMs: 1000 },
};

interface Arguments {
  readonly workspace: string;
  readonly storage: string;
  readonly port: number;
  readonly policies: Policies;
  readonly shared: readonly string[];
}

/** Throws an Error with one clear sentence for what does not fit. */
function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      workspace: { type: 'string' },
      storage: { type: 'string' },
      port: { type: 'string', default: '0' },
      policies: { type: 'string' },
      shared: { type: 'string', multiple: true, default: [] },
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
  const policies = readPolicies(values.policies);
  return { workspace, storage: resolve(storage), port, policies, shared: values.shared };
}

const policiesFile = z.strictObject({ namespaces: z.unknown().optional(), agents: z.unknown().optional() });

/** Throws what is wrong with the file, and where; a server is not to run under policies that nobody chose. */
function readPolicies(file: string | undefined): Policies {
  if (file === undefined) return new Policies();
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`--policies ${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  const parsed = policiesFile.safeParse(given);
  if (!parsed.success) {
    throw new Error(`--policies ${file} does not fit: an object with "namespaces", "agents" or both.`);
  }
  const { namespaces, agents } = parsed.data;
  const policies = new Policies();
  const { problems, warnings } = policies.update({ global: namespaces, agents });
  if (problems.length > 0) throw new Error(`--policies ${file}: ${problems.join(' ')}`);
  for (const warning of warnings) log(warning);
  return policies;
}

async function sharedOptions(workspace: string, urls: readonly string[]): Promise<SharedOptions | undefined> {
  const [first] = urls;
  if (first === undefined) return undefined;
  const password = process.env.AGENT_CACHE_PASSWORD;
  const memcached = /^memcached?:/.test(first);
  const connection: SharedStoreOptions = {
    kind: memcached ? 'memcached' : urls.length > 1 ? 'redis-cluster' : 'redis',
    urls: [...urls],
    project: (await projectName(workspace)) ?? basename(workspace),
    ...(password && { password }),
  };
  return { connection, ttlMs: SHARED_TTL_MS };
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

async function main(): Promise<void> {
  const { workspace, storage, port, policies, shared: urls } = readArguments();
  await mkdir(storage, { recursive: true });
  const shared = await sharedOptions(workspace, urls);
  const engine = await Engine.open({
    root: workspace,
    storage,
    store: 'sqlite',
    policies,
    ...(shared && { shared }),
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
