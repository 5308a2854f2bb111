import type * as z from 'zod';
import type { Answer } from '../analysis/runner.ts';
import type { RequestInput } from '../cache/policy/narrow.ts';
import type { Engine } from '../engine/engine.ts';
import type { LanguageHost } from './language-host.ts';

/** Before the names of all tools, as agents see them: `agent_cache_outline`. */
export const PREFIX = 'agent_cache_';

/** What a tool does beyond answering: `writes` adds, `removes` takes entries out of reach, undoably. */
type Effect = 'reads' | 'writes' | 'removes';

/**
 * What an agent can ask for, through whichever door: VS Code's language-model tools, MCP, REST. Each
 * door makes its own form of it; the description and the texts of the fields are written for a model.
 */
export interface Tool<I, O> {
  /** Without {@link PREFIX}: lower case, words joined by `_`. */
  readonly name: string;
  /** For people: a few words in title case. */
  readonly title: string;
  /** For people: one line. */
  readonly summary: string;
  /** For a model: what it gives, when to use it, what the answer means. */
  readonly description: string;
  readonly effect: Effect;
  /** A strict object; every field is described. */
  readonly input: z.ZodType<I>;
  /** A JSON object, compact: paths relative to the workspace, lines from 1, nothing that says nothing. */
  readonly output: z.ZodType<O>;
  /** Answers only where there are language servers. */
  readonly needsLanguageHost?: boolean;
  /** What it is about to do, for people: "Invalidating tag outline". Asked before it runs, for tools that remove. */
  readonly intent?: (input: I) => string;
  run(input: I, context: ToolContext): Promise<O>;
}

/** Who asks, and with what. */
export interface ToolContext {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** The agent's name: its own policies apply, and what it stores carries the tag `agent:NAME`. */
  readonly agent?: string;
  /** What the request wants of the cache: off, a shorter lifetime, tags. Untrusted. */
  readonly request?: RequestInput;
  /** The editor's language servers; absent without VS Code. */
  readonly languages?: LanguageHost;
}

// biome-ignore lint/suspicious/noExplicitAny: the types of different tools have nothing in common
export type AnyTool = Tool<any, object>;

/**
 * Whether an answer came from the cache, for the agent to see. Not how long it took: that differs each
 * time, so that no later question of the agent to its model would ever be the same as another.
 */
export type CacheNote =
  | { readonly hit: true; readonly level: string }
  | { readonly hit: false; readonly reason?: string; readonly detail?: string };

export function cacheNote({ hit, level, reason, detail }: Answer): CacheNote {
  if (hit) return { hit, level: level ?? 'memory' };
  return {
    hit: false,
    ...(reason && { reason }),
    ...(detail !== undefined && { detail }),
  };
}

/** What an agent asked for cannot be done, in one sentence for it: what was wrong and what to do. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
