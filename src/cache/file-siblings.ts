/** The other processes that use the file level: they are told what is changed here, and what they change is followed. */
export interface FileSiblings {
  /**
   * While it is set, what is removed has been removed or replaced by another process: the file stays
   * as that one has left it, and is looked into anew. With `nothing` it has not been changed at all.
   */
  readonly following: 'change' | 'nothing' | undefined;
  /** Settles when reads see what others have written before the call; absent where they always do. */
  readonly refresh: (() => Promise<void>) | undefined;
  /** Results computed here are on their way to the file. */
  writing(computed: readonly Computed[]): void;
  /** They are there, or could not be stored; so are values that were set, the first of them at `since`. */
  wrote(computed: readonly Computed[], set: readonly string[], since: number): void;
}

/** A stored result of this process. */
export interface Computed {
  readonly key: string;
  /** Whole milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What an observer may know of them. */
export interface KnowsSiblings {
  readonly siblings?: FileSiblings | undefined;
}
