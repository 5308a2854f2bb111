import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

export interface Told {
  readonly value: Readonly<Record<string, unknown>>;
  /** Absent for tools that nothing is cached of. */
  readonly hit: boolean | undefined;
  readonly ms: number;
}

/** One agent: a client of the MCP server, as any of them connects. */
export class Agent {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async connect(name: string, mcp: string, token: string): Promise<Agent> {
    const client = new Client({ name, version: '1.0.0' });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit }));
    return new Agent(client);
  }

  /** Of the answer, without the note on where it came from. Rejects with what the tool says is wrong. */
  async call(tool: string, input: Readonly<Record<string, unknown>>): Promise<Told> {
    const began = performance.now();
    const result = await this.#client.callTool({ name: `agent_cache_${tool}`, arguments: { ...input } });
    const ms = performance.now() - began;
    const { cache, ...value } = (result.structuredContent ?? {}) as Record<string, unknown>;
    if (result.isError) {
      const [first] = result.content as { text?: string }[];
      return { value: { refused: first?.text ?? '' }, hit: undefined, ms };
    }
    return { value, hit: (cache as { hit?: boolean } | undefined)?.hit, ms };
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
