/**
 * What other extensions get from Agent Cache Explorer, see docs/api.md. Copy this file into an
 * extension that uses it: it imports nothing.
 *
 * @example
 * const extension = vscode.extensions.getExtension<AgentCacheExports>('agent-cache-explorer.agent-cache-explorer');
 * const cache = await (await extension?.activate())?.cache(1);
 */

/** What the extension exports. */
export interface AgentCacheExports {
  /** Of the interface behind {@link cache}; raised when something in it changes its meaning or goes. */
  readonly version: 1;
  /**
   * The cache of the open folder. Rejects, saying what to do, when no folder is open, when the cache
   * could not be opened, and for a version that this release does not have.
   */
  cache(version: 1): Promise<AgentCacheApi>;
}

/** The cache of one workspace folder. Paths are relative to it, with `/` between folders. */
export interface AgentCacheApi {
  /** Absolute path of the folder. */
  readonly folder: string;
  /**
   * A region of the cache: lower-case letters, digits and `-`; best the name of your extension. Its
   * policy is what the person has set for it. Throws for a name that is none, or is the product's own.
   */
  namespace(name: string): AgentCacheNamespace;
  /** Names of the analyses: `outline`, `imports`… */
  readonly analyses: readonly string[];
  /** Rejects with a sentence for an unknown name, parameters that do not fit, or what cannot be analysed. */
  analyse(
    name: string,
    params: object,
    options?: { readonly signal?: AbortSignal },
  ): Promise<AgentCacheAnswer>;
  /** Makes entries unreachable; settles when a restart cannot bring them back. */
  invalidate(selector: AgentCacheSelector): Promise<AgentCacheInvalidated>;
  /** Takes an invalidation back, the last one without an id. Rejects when there is none. */
  undo(id?: string): Promise<{ readonly id: string; readonly entries: number; readonly bytes: number }>;
  /** Somebody invalidated, cleared or undid: a person, an agent, an extension of this window. */
  onDidInvalidate(listener: (event: AgentCacheEvent) => void): { dispose(): void };
  /** Files changed, and entries that rested on them became invalid. */
  onDidChange(listener: (event: AgentCacheEvent) => void): { dispose(): void };
}

/** What makes the key of an entry: a list whose parts can be read in it, or an object, which is hashed. */
export type AgentCacheParts = readonly (string | number | boolean)[] | { readonly [name: string]: unknown };

/** One region of the cache. Values are what the structured clone algorithm takes. */
export interface AgentCacheNamespace {
  readonly name: string;
  /**
   * The value while everything that `compute` asked its context for is unchanged; else computes it,
   * once for all who ask at the same time. Rejects with what `compute` rejects with.
   */
  getOrCompute<T>(
    parts: AgentCacheParts,
    compute: (context: AgentCacheContext) => Promise<T>,
    options?: AgentCacheOptions & { readonly signal?: AbortSignal },
  ): Promise<AgentCacheOutcome<T>>;
  /** Undefined when there is no value that holds. */
  get<T>(parts: AgentCacheParts): Promise<T | undefined>;
  /** A value that rests on nothing but its lifetime and its tags. */
  set(parts: AgentCacheParts, value: unknown, options?: AgentCacheOptions): Promise<void>;
  /** Whether there was one. */
  delete(parts: AgentCacheParts): Promise<boolean>;
  /**
   * Has many values ready before anybody asks: what is not cached, or has changed, is computed by
   * `load`, a few at a time and after every question that somebody waits for. Rejects while the
   * person has paused warming; what `load` rejects with is counted. 10,000 keys at the most.
   */
  warm(
    keys: readonly AgentCacheParts[],
    load: (parts: AgentCacheParts, context: AgentCacheContext) => Promise<unknown>,
    options?: AgentCacheOptions & { readonly signal?: AbortSignal },
  ): Promise<AgentCacheWarmed>;
}

export interface AgentCacheWarmed {
  /** Asked for, each once. */
  readonly keys: number;
  /** Already cached and unchanged. */
  readonly hits: number;
  readonly computed: number;
  /** That `load` rejected, with the first few reasons. */
  readonly failed: number;
  readonly reasons: readonly string[];
  /** The signal aborted, or the person cancelled it. */
  readonly cancelled: boolean;
}

export interface AgentCacheOptions {
  /** Milliseconds; instead of the namespace's lifetime. */
  readonly ttlMs?: number;
  /** Hierarchical: `project/src` is the parent of `project/src/main`. */
  readonly tags?: readonly string[];
  /** Gone with the window, whatever the levels of the namespace are. */
  readonly memoryOnly?: boolean;
}

/** What a computation may ask the world. Whatever it asks for becomes what its result rests on. */
export interface AgentCacheContext {
  /** Undefined when there is no such file. Text in an editor that is not saved counts. */
  readFile(path: string): Promise<{ readonly bytes: Uint8Array; text(): string } | undefined>;
  /** Whether there is a file or a folder. */
  exists(path: string): Promise<boolean>;
  /** Sorted names in a folder, undefined when there is none. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** Sorted paths of the files that match; ignored files do not. */
  glob(patterns: string | readonly string[]): Promise<readonly string[]>;
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** The value of a VS Code setting: `editor.tabSize`. */
  setting(id: string): unknown;
  /** Names what the result rests on without looking at it, such as `tool:web_search`: to be invalidated by. */
  topic(name: string): void;
  tag(name: string): void;
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
}

export interface AgentCacheOutcome<T> {
  readonly value: T;
  readonly hit: boolean;
  /** Where a hit came from. */
  readonly level?: 'memory' | 'file' | 'shared';
  /** Why a miss was one: `never-cached`, `changed`, `invalidated`… */
  readonly reason?: string;
  /** In words: `src/main.ts changed`. */
  readonly detail?: string;
}

export interface AgentCacheAnswer extends AgentCacheOutcome<unknown> {
  /** From asking to answering. */
  readonly ms: number;
}

/** What to invalidate: exactly one of them. */
export type AgentCacheSelector =
  | { readonly key: string }
  | { readonly keys: readonly string[] }
  | { readonly tag: string }
  | { readonly tags: readonly string[] }
  | { readonly pattern: string }
  | { readonly regex: string }
  | { readonly namespace: string }
  | { readonly agent: string }
  | { readonly topic: string }
  | { readonly file: string }
  | { readonly level: 'memory' | 'file' }
  | { readonly olderThan: string | number }
  | { readonly all: true };

/** What an invalidation hit. */
export interface AgentCacheInvalidated {
  readonly entries: number;
  readonly bytes: number;
  /** Entries by level; one entry can be on several. */
  readonly levels: { readonly memory: number; readonly file: number; readonly shared: number };
  /** For {@link AgentCacheApi.undo}; absent when nothing can come back. */
  readonly undo?: string;
}

export interface AgentCacheEvent {
  /** One sentence: `src/a.ts changed: 3 entries invalid`. */
  readonly text: string;
  readonly entries: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
