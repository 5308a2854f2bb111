/** One request to a model as an agent's transcript tells it; absent tokens are unknown and not 0. */
export interface ModelRequest {
  /** The same for every row that tells of this request, copies in other files included. */
  readonly id?: string | undefined;
  /** Of the answer: a side conversation copies answers under requests of its own. */
  readonly message?: string | undefined;
  readonly session: string;
  /** Requests of one thread continue each other's prompt; `main` and those of sub-agents. */
  readonly thread: string;
  readonly model: string;
  /** ms since the epoch. */
  readonly at: number;
  /** Of a sub-agent or a question beside the conversation. */
  readonly side: boolean;
  /** Neither read from nor written to the provider's cache. */
  readonly input?: number | undefined;
  readonly read?: number | undefined;
  readonly write5m?: number | undefined;
  readonly write1h?: number | undefined;
  readonly output?: number | undefined;
  /** The whole prompt, where the transcript does not tell what of it was read. */
  readonly prompt?: number | undefined;
  /** What happened in the thread since the request before. */
  readonly after?: readonly Change[] | undefined;
}

/** What can make a prompt begin differently, as far as transcripts tell. */
export type Change = 'compaction' | 'version' | 'folder' | 'permissions';

/** What one file told so far. */
export interface FileRecord {
  /** In the order of the file. */
  readonly requests: readonly ModelRequest[];
  /** Rows that were not understood. */
  readonly skipped: number;
  /** Requests that were left out because the file has more than are kept. */
  readonly left: number;
  /** Where the file copies the beginning of another one: requests of one family with the same id are the same. */
  readonly family?: { readonly own: string; readonly parent?: string | undefined } | undefined;
  /** As the agent calls its sessions, by session. */
  readonly titles: ReadonlyMap<string, string>;
  /** It tells what was read from the cache, so that a request without it read nothing. */
  readonly tellsReads: boolean;
}

/** Understands the rows of one file, one after the other. */
export interface RowReader {
  readonly record: FileRecord;
  /** Whether a row is about requests, judged by its bytes: parsing the others would take most of the time. */
  wants(row: Buffer): boolean;
  /** A row that is wanted, parsed. False when it was not understood. */
  take(row: unknown): boolean;
  /** A row that is too long or no JSON. */
  skip(): void;
}

/** The thread of all sub-agents of a session, where the transcript does not tell them apart. */
export const NAMELESS = 'sub-agent';
