/** A file or folder by its workspace path: POSIX, relative to the root, no leading `./`; the root itself is `''`. */
export type FileId = string;

export type FileKind = 'file' | 'folder';

/** The bytes of a file, as the computation is to use them; they are what was fingerprinted. */
export interface FileBytes {
  readonly bytes: Uint8Array;
  /** UTF-8 text without a byte-order mark. */
  text(): string;
}

/**
 * What a computation may ask the world. Whatever it asks for becomes a dependency of its result,
 * fingerprinted from the very answer it was given; nothing else has to be declared.
 */
export interface ComputeContext {
  /** Undefined when there is no such file: its absence is then the dependency. */
  readFile(file: FileId): Promise<FileBytes | undefined>;
  /** What is at this path, without reading it; the answer, also "nothing", is the dependency. */
  kind(path: FileId): FileKind | undefined;
  /** Sorted names in a folder (not recursive); undefined when there is no such folder. */
  list(folder: FileId): Promise<readonly string[] | undefined>;
  /** Adds a tag to the result. Hierarchical: `folder/src` is the parent of `folder/src/cache`. */
  tag(name: string): void;
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
}
