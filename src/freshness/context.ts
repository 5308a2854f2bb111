import type { GlobSpec } from './file-globs/glob-spec.ts';

/** A file or folder by its workspace path: POSIX, relative to the root, no leading `./`; the root itself is `''`. */
export type FileId = string;

export type FileKind = 'file' | 'folder';

/** The bytes of a file, as the computation is to use them; they are what was fingerprinted. */
export interface FileBytes {
  readonly bytes: Uint8Array;
  /** Of the content, as in dependencies. */
  readonly digest: string;
  /** UTF-8 text without a byte-order mark. */
  text(): string;
}

/** In place of the content of a file that has more bytes than are wanted. */
export const TOO_LARGE = 'too large';

/**
 * What a computation may ask the world. Whatever it asks for becomes a dependency of its result,
 * fingerprinted from the very answer it was given; nothing else has to be declared.
 */
export interface ComputeContext {
  /** Undefined when there is no such file: its absence is then the dependency. */
  readFile(file: FileId): Promise<FileBytes | undefined>;
  /**
   * The same for a file that is to be refused when it has more than `most` bytes: then nothing is
   * read, and that it has more is the dependency.
   */
  readUpTo(file: FileId, most: number): Promise<FileBytes | typeof TOO_LARGE | undefined>;
  /**
   * The same for a file whose content another entry has told by its digest and its length in bytes:
   * that entry is the dependency, not the file. Undefined when it has changed since, and the result
   * is computed again.
   */
  readAs(file: FileId, digest: string, bytes: number): Promise<FileBytes | undefined>;
  /** What is at this path, without reading it; the answer, also "nothing", is the dependency. */
  kind(path: FileId): FileKind | undefined;
  /**
   * Throws a PathError for a path that leads out of the workspace through a link, to be asked before
   * telling somebody what is there. No dependency.
   */
  confine(path: FileId): void;
  /** Sorted names in a folder (not recursive); undefined when there is no such folder. */
  list(folder: FileId): Promise<readonly string[] | undefined>;
  /** Sorted paths of the files that match; which ones those are is the dependency, not their content. */
  glob(patterns: string | readonly string[] | GlobSpec): Promise<readonly FileId[]>;
  /**
   * The value of another entry, from the cache or computed by `compute`, which must ask the context
   * that it is given, not this one. Its value is the dependency: when it is computed again with the
   * same outcome, what rests on it still holds. Rejects with an EntryCycleError when that entry
   * needs this one, and with what `compute` throws.
   */
  entry<T>(key: string, compute: (context: ComputeContext) => Promise<T>): Promise<T>;
  /** A variable of the environment; kept by digest only. */
  env(name: string): string | undefined;
  /** A setting's value. */
  setting(id: string): unknown;
  /** The declared version of what takes part in computing: a tool, a grammar. */
  producer(name: string): string | undefined;
  /**
   * Names what the result depends on without looking at it: `agent:reviewer`, `tool:web_search`.
   * Hierarchical like tags; a change is announced by invalidating the topic.
   */
  topic(name: string): void;
  /** Adds a tag to the result. Hierarchical: `folder/src` is the parent of `folder/src/cache`. */
  tag(name: string): void;
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
}
