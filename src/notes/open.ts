import path from 'node:path';
import type { Sanitiser } from '../cache/storing.ts';
import { LIMITS, type Limits } from './limits.ts';
import { holdsNotes, NoteFiles } from './note-files.ts';
import { NoteStates } from './note-states.ts';
import { Notes, type NotesOptions } from './notes.ts';
import { Secrets } from './secrets.ts';
import { holdsSessions, SessionFiles } from './session-files.ts';
import { Sessions } from './sessions.ts';
import { ToldOnce } from './told-once.ts';

/** Below the storage of a workspace; what is in them cannot be computed again. */
export const NOTES_FOLDER = 'notes';
export const SESSIONS_FOLDER = 'sessions';

export interface OpenNotesOptions extends Pick<NotesOptions, 'workspace' | 'problem' | 'known'> {
  /** The storage of the workspace; nothing is created in it before something is written. */
  readonly storage: string;
  readonly sanitiser: Sanitiser;
  /** Asked each time; those that are left out have their defaults. */
  readonly limits?: () => Partial<Limits>;
  readonly now?: () => number;
}

export interface OpenNotes {
  readonly notes: Notes;
  readonly sessions: Sessions;
  /** Settles when nothing is being written; to be called before the sanitiser is closed. */
  close(): Promise<void>;
}

/** The notes and sessions of a workspace, for any number of processes at once. */
export function openNotes({
  storage,
  workspace,
  sanitiser,
  problem,
  known,
  now = Date.now,
  limits: own,
}: OpenNotesOptions): OpenNotes {
  const limits = () => ({ ...LIMITS, ...own?.() });
  const told = new ToldOnce(problem);
  const secrets = new Secrets(sanitiser);
  const noteFiles = new NoteFiles({ folder: path.join(storage, NOTES_FOLDER), limits, told, now });
  const notes = new Notes({ workspace, files: noteFiles, secrets, limits, problem, known, now });
  const sessionFiles = new SessionFiles(path.join(storage, SESSIONS_FOLDER), limits, told);
  const sessions = new Sessions({ files: sessionFiles, secrets, limits, now });
  const close = async () => {
    await Promise.all([notes.settled(), sessions.settled()]);
  };
  return { notes, sessions, close };
}

/** The notes of a storage as inputs of entries. */
export function noteStates(storage: string): NoteStates {
  return new NoteStates(path.join(storage, NOTES_FOLDER));
}

/** Whether a storage holds notes or sessions. Rejects when it cannot be told. */
export async function holdsWritten(storage: string): Promise<boolean> {
  if (await holdsNotes(path.join(storage, NOTES_FOLDER))) return true;
  return holdsSessions(path.join(storage, SESSIONS_FOLDER));
}
