/** What notes and sessions are bounded by; bytes are those of UTF-8. */
export interface Limits {
  readonly notes: number;
  readonly textBytes: number;
  /** Files that one note rests on. */
  readonly files: number;
  readonly tags: number;
  /** Forgotten notes that can be restored. */
  readonly forgotten: number;
  readonly sessions: number;
  /** Messages of one session; the oldest go when there are more. */
  readonly history: number;
  readonly messageBytes: number;
  readonly stateBytes: number;
}

export const LIMITS: Limits = {
  notes: 10_000,
  textBytes: 64 * 1024,
  files: 256,
  tags: 32,
  forgotten: 20,
  sessions: 1000,
  history: 1000,
  messageBytes: 256 * 1024,
  stateBytes: 1024 * 1024,
};

/** The greatest that each can be set to. */
export const MOST_LIMITS: Limits = {
  notes: 100_000,
  textBytes: 1024 * 1024,
  files: 1024,
  tags: 256,
  forgotten: 1000,
  sessions: 10_000,
  history: 9999,
  messageBytes: 4 * 1024 * 1024,
  stateBytes: 16 * 1024 * 1024,
};

/** Longest key of a note, characters: a topic is made of it. */
export const LONGEST_KEY = 400;
/** Longest id of a session, characters. */
export const LONGEST_ID = 200;
/** Longest tag, name of an agent, role of a message; characters. */
export const LONGEST_NAME = 100;
/** Longest path of a file, characters. */
export const LONGEST_PATH = 1024;
/** Longest question to the notes, characters. */
export const LONGEST_QUERY = 1000;
