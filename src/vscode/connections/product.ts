/** How an agent starts the bridge to the cache: a program without a shell. */
export interface Bridge {
  /** Absolute path of the program, or its name. */
  readonly command: string;
  readonly args: readonly string[];
  /** On top of the agent's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** An agent that can be connected through the bridge. */
export interface Product {
  readonly label: string;
  /** Where the configuration goes, for people; relative to the folder. */
  readonly place: string;
  /** The configuration with nothing but the cache. Throws a {@link ConnectionError} for what it cannot say. */
  render(bridge: Bridge): string;
  /** The file that holds it, where the product documents one for a project. */
  readonly file?: {
    /** Relative to the workspace folder. */
    readonly path: string;
    /** What it holds, `text`, with the cache added. Throws a {@link ConnectionError} rather than lose anything. */
    merge(text: string, bridge: Bridge): string;
  };
}

/** Says in one sentence why a configuration cannot be written, and what to do. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** What the cache is called among an agent's MCP servers. */
export const SERVER = 'agent-cache';

/** A server of the stdio kind, as in the JSON that most products share. */
export function stdioServer({ command, args, env }: Bridge) {
  return { command, args, ...(Object.keys(env).length > 0 && { env }) };
}

/** For products that replace `${NAME}` in what they read: throws where a path would be taken for one. */
export function literal(bridge: Bridge): Bridge {
  const odd = [bridge.command, ...bridge.args].find((text) => text.includes('${'));
  if (odd === undefined) return bridge;
  throw new ConnectionError(
    `The path ${odd} contains "\${", which this product takes for a variable: move the folder to another path.`,
  );
}
