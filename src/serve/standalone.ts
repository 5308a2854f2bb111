import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { SharedStoreOptions } from '../cache/shared/connection.ts';
import type { SharedOptions } from '../cache/shared/load.ts';
import { projectName } from '../cache/shared/project-name.ts';
import { limitsOf } from '../engine/bounds.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineLimits } from '../engine/options.ts';
import { ALL_TRANSCRIPTS } from '../engine/transcripts.ts';
import type { Arguments } from './arguments.ts';
import { type RunningServer, startServer } from './server.ts';

const SHARED_TTL_MS = 7 * 24 * 3_600_000;

/**
 * An engine and its server without VS Code; closing flushes both. `bundle` is the folder with the
 * bundled workers and grammars, `log` hears of problems.
 */
export async function startStandalone(
  {
    workspace,
    storage,
    port,
    policies,
    bounds,
    shared: urls,
    warm,
    warmAtStart,
    alerts,
    proxy,
    embeddings,
    transcripts,
  }: Arguments,
  bundle: string,
  log: (text: string) => void,
): Promise<RunningServer> {
  await mkdir(storage, { recursive: true });
  const shared = await sharedOptions(workspace, urls);
  const limits: EngineLimits = { ...limitsOf(bounds), pressure: { watch: true, percent: 90 } };
  const maxBytes = bounds['analysis.maxFileKilobytes'] * 1024;
  const engine = await Engine.open({
    root: workspace,
    storage,
    store: 'sqlite',
    policies,
    ...(shared && { shared }),
    limits: () => limits,
    bundle,
    filter: () => ({ exclude: [], maxBytes, maxFiles: bounds['warm.maxFiles'] }),
    refreshAfterChange: () => false,
    proxy: () => proxy,
    warm: () => warm,
    embeddings: {
      service: () => embeddings,
      key: async () => process.env.AGENT_CACHE_EMBEDDINGS_KEY || undefined,
    },
    ...(transcripts && { transcripts: ALL_TRANSCRIPTS }),
    alerts: {
      rules: () => alerts,
      webhook: async () => process.env.AGENT_CACHE_ALERT_WEBHOOK || undefined,
      log: (text) => log(`alert: ${text}`),
      notify: (text) => log(`alert: ${text}`),
    },
    report: (where, error) => log(`${where}: ${error.message}`),
    warn: log,
  });
  try {
    const server = await startServer(engine, { port, storage, workspace });
    if (warmAtStart) {
      const failed = (error: Error) => engine.recorder.problem('warming', error);
      void engine.warming.inBackground('startup').catch(failed);
    }
    const close = async () => {
      await server.close();
      await engine.close();
    };
    return { ...server, close };
  } catch (error) {
    await engine.close();
    throw error;
  }
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
