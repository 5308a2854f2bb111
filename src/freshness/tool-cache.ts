import type { Outcome } from '../cache/asking.ts';
import { toolKey } from '../cache/keys/builders.ts';
import type { ComputeContext } from './context.ts';
import type { WorkspaceCache } from './workspace-cache.ts';
import type { GetOptions } from './workspace-options.ts';

export interface ToolOptions extends Omit<GetOptions, 'policy'> {
  /** Of the tool: another one, another result. */
  readonly version?: string;
}

/**
 * Results of tool calls by tool and input. Each tool can have a policy of its own, `tool:NAME`, which
 * also says which parameters make the key; its results carry the tag `tool:NAME`.
 */
export class ToolCache {
  readonly #cache: WorkspaceCache;

  constructor(cache: WorkspaceCache) {
    this.#cache = cache;
  }

  /** Rejects with a KeyError for an input that makes no key, and with what the call throws. */
  run<T>(
    tool: string,
    input: unknown,
    call: (context: ComputeContext) => Promise<T>,
    { version, tags = [], ...options }: ToolOptions = {},
  ): Promise<Outcome<T>> {
    const policy = this.#cache.cache.namespaces.policy(`tool:${tool}`, options.agent);
    const key = toolKey({ tool, input, ...(version !== undefined && { version }) }, policy.keyParams);
    return this.#cache.getOrCompute(key, call, { ...options, policy, tags: [...tags, `tool:${tool}`] });
  }
}
