import * as z from 'zod';
import { digest } from '../digest.ts';
import { Credentials } from './credentials.ts';

/** What cannot be connected to as it is written, in one sentence, without secrets. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

const MB = 1024 * 1024;
/** What Memcached needs of its largest item (1 MB by default) for itself and the key. */
const MEMCACHED_OVERHEAD = 1024;

const port = z.number().int().min(1).max(65_535);
const ms = z.number().int().min(10).max(60_000);

/** Where and how to connect; times in milliseconds, sizes in bytes. */
const connectionSchema = z.strictObject({
  kind: z.enum(['redis', 'valkey', 'redis-cluster', 'memcached']),
  /** Names the sequence of invalidations and keeps records apart: the same on all machines of a project. */
  project: z.string().min(1).max(1000),
  /** `redis://host:6379/0`, `rediss://…`, `valkey://…`, `memcached://…` or `host:port`; takes the place of `host` and `port`. */
  urls: z.array(z.string().min(1)).max(64).default([]),
  host: z.string().min(1).default('127.0.0.1'),
  port: port.optional(),
  db: z.number().int().min(0).max(65_535).optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  tls: z.boolean().optional(),
  /** A file of PEM certificates to trust instead of the system's. */
  caFile: z.string().min(1).optional(),
  rejectUnauthorized: z.boolean().default(true),
  keyPrefix: z
    .string()
    .regex(/^[\w.:/-]{1,64}$/, 'letters, digits and _ . : / - only, 64 at the most')
    .default('agent-cache'),
  keepAliveMs: ms.default(1000),
  connectMs: ms.default(500),
  requestMs: ms.default(100),
  /** Whether values may come from replicas of a Redis Cluster. */
  replicaReads: z.boolean().default(false),
  largest: z
    .number()
    .int()
    .min(1024)
    .max(512 * MB)
    .optional(),
});

export type SharedStoreOptions = z.input<typeof connectionSchema>;

export interface Server {
  readonly host: string;
  readonly port: number;
}

type Settings = z.output<typeof connectionSchema>;

export interface Connection
  extends Pick<
    Settings,
    'caFile' | 'rejectUnauthorized' | 'keepAliveMs' | 'connectMs' | 'requestMs' | 'replicaReads'
  > {
  readonly kind: 'redis' | 'redis-cluster' | 'memcached';
  readonly servers: readonly [Server, ...Server[]];
  readonly db: number;
  readonly credentials: Credentials;
  readonly tls: boolean;
  readonly largest: number;
  /** Begins every key on the server. */
  readonly prefix: string;
  /** Short, and safe in keys; equal for equal projects. */
  readonly project: string;
}

const SCHEMES: Readonly<Record<string, { readonly memcached: boolean; readonly tls: boolean }>> = {
  'redis:': { memcached: false, tls: false },
  'rediss:': { memcached: false, tls: true },
  'valkey:': { memcached: false, tls: false },
  'valkeys:': { memcached: false, tls: true },
  'memcached:': { memcached: true, tls: false },
  'memcache:': { memcached: true, tls: false },
};

/** Throws {@link ConnectionError}. */
export function readConnection(options: unknown): Connection {
  const parsed = connectionSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConnectionError(
      `The shared cache's setting ${issue?.path.join('.')} is wrong: ${issue?.message}.`,
    );
  }
  const settings = parsed.data;
  const memcached = settings.kind === 'memcached';
  const defaultPort = settings.port ?? (memcached ? 11_211 : 6379);
  const urls = settings.urls.map((url, index) => readUrl(url, index, memcached, defaultPort));
  const [first = { host: settings.host, port: defaultPort }, ...others] = urls.map((url) => url.server);
  const said = urls[0];
  const tls = settings.tls ?? said?.tls ?? false;
  const db = settings.db ?? said?.db ?? 0;
  if (memcached && tls)
    throw new ConnectionError('Memcached over TLS is not supported: use Redis or Valkey, or a tunnel.');
  if (settings.kind !== 'redis' && settings.kind !== 'valkey' && db !== 0)
    throw new ConnectionError('Only a single Redis or Valkey server has numbered databases: leave "db" out.');
  if (settings.kind !== 'redis-cluster' && !memcached && others.length > 0)
    throw new ConnectionError('Several addresses need the kind "redis-cluster" or "memcached".');
  return {
    kind: settings.kind === 'valkey' ? 'redis' : settings.kind,
    servers: [first, ...others],
    db,
    credentials: new Credentials(settings.username ?? said?.username, settings.password ?? said?.password),
    tls,
    ...(settings.caFile !== undefined && { caFile: settings.caFile }),
    rejectUnauthorized: settings.rejectUnauthorized,
    keepAliveMs: settings.keepAliveMs,
    connectMs: settings.connectMs,
    requestMs: settings.requestMs,
    replicaReads: settings.replicaReads,
    largest: settings.largest ?? (memcached ? MB - MEMCACHED_OVERHEAD : 8 * MB),
    prefix: settings.keyPrefix,
    project: /^[\w.-]{1,64}$/.test(settings.project) ? settings.project : digest(settings.project),
  };
}

/** No message repeats the address: there may be a password in it. */
function readUrl(text: string, index: number, memcached: boolean, defaultPort: number) {
  const which = `The ${index + 1}. address of the shared cache`;
  const example = memcached ? 'memcached://host:11211' : 'redis://host:6379';
  let url: URL;
  let username: string;
  let password: string;
  try {
    url = new URL(text.includes('://') ? text : `${memcached ? 'memcached' : 'redis'}://${text}`);
    username = decodeURIComponent(url.username);
    password = decodeURIComponent(url.password);
  } catch {
    throw new ConnectionError(`${which} cannot be read: write it as ${example}.`);
  }
  const scheme = SCHEMES[url.protocol];
  if (scheme?.memcached !== memcached || url.hostname === '')
    throw new ConnectionError(`${which} does not fit the kind: write it as ${example}.`);
  const path = url.pathname.replace(/^\//, '');
  if (!/^\d{0,5}$/.test(path))
    throw new ConnectionError(`${which} may end in the number of a database only.`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    server: { host, port: url.port === '' ? defaultPort : Number(url.port) },
    tls: scheme.tls || undefined,
    db: path === '' ? undefined : Number(path),
    username,
    password,
  };
}
