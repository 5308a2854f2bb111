import type { Fingerprints } from '../freshness/fingerprints.ts';
import { topicOf } from './note-states.ts';

/** What an agent knows of a note. */
export interface KnownNote {
  readonly agent: string;
  readonly key: string;
  /** Of the note's file; undefined where there is none. */
  readonly digest: string | undefined;
  /** The files that it rests on, as they were when it was judged. */
  readonly files: readonly KnownFile[];
  /** Whether the agent was told, or has written it itself. */
  readonly by: 'telling' | 'writing';
}

export interface KnownFile {
  readonly path: string;
  /** Null where there is no file; undefined, which equals nothing, where that cannot be told. */
  readonly digest: string | null | undefined;
}

interface Now {
  readonly fingerprints: Pick<Fingerprints, 'settle'>;
  /** Digest of what a topic names; undefined when there is nothing. */
  readonly topic: (name: string) => unknown;
}

/** Whether the agent would be told the same now. Rejects when that cannot be found out. */
export async function isKnownStill({ key, digest, files }: KnownNote, now: Now): Promise<boolean> {
  if (now.topic(topicOf(key)) !== digest) return false;
  for (const { path, digest: was } of files) {
    const is = await now.fingerprints.settle(path);
    if (was === undefined || contentOf(is) !== was) return false;
  }
  return true;
}

/** As of {@link KnownFile.digest}. */
export function contentOf(state: Awaited<ReturnType<Fingerprints['settle']>>): string | null | undefined {
  if (!state || state.kind === 'unreadable') return undefined;
  return state.kind === 'file' ? state.digest : null;
}
