import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const schema = z.object({
  url: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }),
  token: z.string().min(1),
  mcp: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }),
  pid: z.int().positive(),
  /** Absolute path of the folder that is served. */
  workspace: z.string(),
  /** ms since the epoch. */
  startedAt: z.number(),
});

/** Where a server is, and what lets one in. */
export type Connection = z.infer<typeof schema>;

const NAME = /^server-\d+-\d+\.json$/;
/** How long a server may take to say that it is there. */
const ANSWERS_MS = 2000;

/**
 * Leaves word of a server in the storage of its workspace, for the owner alone to read. Resolves to
 * what takes it away again. What servers that have died left is removed.
 */
export async function announce(storage: string, connection: Connection): Promise<() => Promise<void>> {
  await mkdir(storage, { recursive: true });
  await read(storage);
  const file = join(storage, `server-${connection.pid}-${new URL(connection.url).port}.json`);
  const draft = `${file}.tmp`;
  await rm(draft, { force: true }); // one that is there already would keep its mode
  await writeFile(draft, `${JSON.stringify(connection)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
  return () => rm(file, { force: true });
}

/** The server of this storage that was started last and answers; undefined when none does. */
export async function findServer(storage: string): Promise<Connection | undefined> {
  const all = (await read(storage)).sort((a, b) => b.startedAt - a.startedAt);
  for (const connection of all) if (await answers(connection)) return connection;
  return undefined;
}

/** Of servers whose processes live; the files of the others are removed. */
async function read(storage: string): Promise<Connection[]> {
  const names = await readdir(storage).catch(() => []);
  const found: Connection[] = [];
  for (const name of names) {
    if (!NAME.test(name)) continue;
    const file = join(storage, name);
    const connection = parsed(await readFile(file, 'utf8').catch(() => ''));
    if (connection && lives(connection.pid)) found.push(connection);
    else await rm(file, { force: true });
  }
  return found;
}

function parsed(text: string): Connection | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // gone, or none of ours
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function answers({ url, token }: Connection): Promise<boolean> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/healthz`, { headers, signal: AbortSignal.timeout(ANSWERS_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // nobody listens, or it hangs
  }
}
