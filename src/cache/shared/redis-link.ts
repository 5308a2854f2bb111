import type { Script } from './redis-scripts.ts';
import type { SharedState } from './shared-store.ts';

export interface RedisWrite {
  readonly key: string;
  readonly value: Buffer;
  readonly ttlMs: number;
}

/** What a single Redis server and a Redis Cluster do alike, with keys and values as they are on the server. */
export interface RedisLink {
  readonly state: SharedState;
  /**
   * Values, and what stands at one more key, which is read from its master. A value whose server
   * cannot be reached is null, unless none could. Values too come from masters when it must be `exact`.
   */
  read(keys: readonly string[], alsoOfMaster: string, exact: boolean): Promise<readonly (Buffer | null)[]>;
  write(writes: readonly RedisWrite[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** Runs a script where its first key is; the reply's texts are buffers. */
  run(script: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<unknown>;
  close(): void;
}

type Send = (args: (string | Buffer)[]) => Promise<unknown>;

/** The source travels only to a server that has not seen it yet. */
export async function runScript(
  send: Send,
  { sha, source }: Script,
  keys: readonly string[],
  args: readonly (string | Buffer)[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await send(['EVALSHA', sha, ...rest]);
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
    return send(['EVAL', source, ...rest]);
  }
}
