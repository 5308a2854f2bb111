import { readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { digest } from '../cache/digest.ts';
import { misfit } from '../cache/misfit.ts';
import { Policies } from '../cache/policy/scopes.ts';
import { type Bounds, boundsSchema } from '../engine/bounds.ts';
import {
  EMBEDDINGS_FLAGS,
  EMBEDDINGS_OPTIONS,
  type EmbeddingsArguments,
  readEmbeddingsArguments,
} from './embeddings-arguments.ts';
import { PROXY_FLAGS, PROXY_OPTIONS, type ProxyArguments, readProxyArguments } from './proxy-arguments.ts';
import { readWarmArguments, WARM_FLAGS, WARM_OPTIONS, type WarmArguments } from './warm-arguments.ts';

/** What the programs without VS Code are told on the command line. */
export interface Arguments extends WarmArguments, ProxyArguments, EmbeddingsArguments {
  readonly workspace: string;
  readonly storage: string;
  /** On 127.0.0.1; 0 for a free one. */
  readonly port: number;
  readonly policies: Policies;
  readonly bounds: Bounds;
  /** URLs of the shared level's servers. */
  readonly shared: readonly string[];
  /** Read the transcripts of the agents on this machine. */
  readonly transcripts: boolean;
}

/** What {@link readArguments} understands, for a program's usage text. */
export const OPTIONS = `  --workspace DIR  folder whose analyses are served
  --storage DIR    folder of the file level (default: one per workspace under the user's cache folder)
  --port N         port on 127.0.0.1 (default: a free one)
  --policies FILE  JSON with "namespaces" and "agents", as the settings agentCache.namespaces and .agents
  --limits FILE    JSON with bounds, by the names of their settings: {"agentCache.notes.maxNotes": 500}
  --shared URL     shared cache: redis://, rediss://, valkey://, memcached://; several for a Redis Cluster,
                   or for several Memcached servers. The password is taken from AGENT_CACHE_PASSWORD.
${PROXY_OPTIONS}
${EMBEDDINGS_OPTIONS}
  --provider-transcripts  read the transcripts of Claude Code, Codex, Copilot Chat and Cline on this machine,
                   for GET /api/v1/provider-cache
${WARM_OPTIONS}`;

/** Undefined when help is asked for. Throws an Error with one clear sentence for what does not fit. */
export function readArguments(warn: (text: string) => void): Arguments | undefined {
  const { values } = parseArgs({
    options: {
      workspace: { type: 'string' },
      storage: { type: 'string' },
      port: { type: 'string', default: '0' },
      policies: { type: 'string' },
      limits: { type: 'string' },
      shared: { type: 'string', multiple: true, default: [] },
      ...PROXY_FLAGS,
      ...EMBEDDINGS_FLAGS,
      'provider-transcripts': { type: 'boolean', default: false },
      ...WARM_FLAGS,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
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
  const policies = readPolicies(values.policies, warn);
  const bounds = readBounds(values.limits);
  const shared = values.shared;
  return {
    workspace,
    storage: resolve(storage),
    port,
    policies,
    bounds,
    shared,
    ...readProxyArguments(values, bounds),
    ...readEmbeddingsArguments(values),
    transcripts: values['provider-transcripts'],
    ...readWarmArguments(values),
  };
}

const policiesFile = z.strictObject({ namespaces: z.unknown().optional(), agents: z.unknown().optional() });

/** Throws what is wrong with the file, and where; a server is not to run under policies that nobody chose. */
function readPolicies(file: string | undefined, warn: (text: string) => void): Policies {
  if (file === undefined) return new Policies();
  const given = readJson('--policies', file);
  const parsed = policiesFile.safeParse(given);
  if (!parsed.success) {
    throw new Error(`--policies ${file} does not fit: an object with "namespaces", "agents" or both.`);
  }
  const { namespaces, agents } = parsed.data;
  const policies = new Policies();
  const { problems, warnings } = policies.update({ global: namespaces, agents });
  if (problems.length > 0) throw new Error(`--policies ${file}: ${problems.join(' ')}`);
  for (const warning of warnings) warn(warning);
  return policies;
}

const SECTION = 'agentCache.';

/** Throws what is wrong with the file, and where: nothing is bounded otherwise than somebody wanted it. */
function readBounds(file: string | undefined): Bounds {
  const given = file === undefined ? {} : readJson('--limits', file);
  const named = z.record(z.string(), z.unknown()).safeParse(given);
  if (!named.success)
    throw new Error(`--limits ${file} does not fit: an object of bounds by their settings.`);
  const bounds = Object.entries(named.data).map(([name, value]) => {
    return [name.startsWith(SECTION) ? name.slice(SECTION.length) : name, value];
  });
  const parsed = boundsSchema.safeParse(Object.fromEntries(bounds));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => {
    return [...issue.path, misfit(new z.ZodError([issue]))].join(': ');
  });
  throw new Error(`--limits ${file}: ${wrong.join(' ')}`);
}

function readJson(option: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${option} ${file} cannot be read as JSON: ${(error as Error).message}`);
  }
}
