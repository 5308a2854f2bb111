import type { Fingerprint, Fingerprints } from '../freshness/fingerprints.ts';
import { contentOf, type KnownFile } from './known-note.ts';
import type { Note, RestedOn } from './note.ts';
import { NotesError } from './notes-error.ts';

/** `unreadable`: nobody can tell whether it is as it was; so it counts as changed. */
export interface Changed {
  readonly path: string;
  readonly how: 'changed' | 'deleted' | 'created' | 'unreadable';
}

type Looking = Pick<Fingerprints, 'glanceMany' | 'settle'>;

/** Files that are read side by side. */
const AT_ONCE = 8;

/** The files as they are now, unsaved text included, in the order of the paths. Throws a {@link NotesError} for what a note cannot rest on. */
export async function fingerprinted(
  fingerprints: Looking,
  paths: readonly string[],
): Promise<readonly RestedOn[]> {
  const states = await statesOf(fingerprints, paths);
  return paths.map((path) => {
    const state = states.get(path);
    if (!state || state.kind === 'unreadable') {
      const why = state ? 'it cannot be read, or leads out of the workspace' : 'it keeps changing';
      throw new NotesError('unread', `A note cannot rest on "${path}": ${why}.`);
    }
    if (state.kind === null || state.kind === 'file') return { path, kind: state.kind, digest: state.digest };
    const what = state.kind === 'folder' ? 'a folder: name the files in it' : 'not a file';
    throw new NotesError('invalid', `A note cannot rest on "${path}": it is ${what}.`);
  });
}

/** Of one note. */
interface Judgement {
  /** What is not as it was; nothing of a note that is still true. */
  readonly changed: readonly Changed[];
  /** All that it rests on, as it is now. */
  readonly files: readonly KnownFile[];
}

/** Whether notes are still true, in their order. */
export async function judged<N extends Note>(
  fingerprints: Looking,
  notes: readonly N[],
): Promise<readonly (Judgement & { readonly note: N })[]> {
  const paths = new Set(notes.flatMap(({ files }) => files.map(({ path }) => path)));
  const states = await statesOf(fingerprints, [...paths]);
  return notes.map((note) => ({
    note,
    changed: note.files.flatMap((file) => difference(file, states.get(file.path)) ?? []),
    files: note.files.map(({ path }) => ({ path, digest: contentOf(states.get(path)) })),
  }));
}

function difference(was: RestedOn, now: Fingerprint | undefined): Changed | undefined {
  const { path } = was;
  if (!now || now.kind === 'unreadable') return { path, how: 'unreadable' };
  if (now.kind === was.kind && now.digest === was.digest) return undefined;
  return { path, how: now.kind === null ? 'deleted' : was.kind === null ? 'created' : 'changed' };
}

async function statesOf(
  fingerprints: Looking,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Fingerprint | undefined>> {
  const states = new Map(await fingerprints.glanceMany(paths));
  const open = paths.filter((path) => states.get(path) === undefined);
  const settleNext = async (): Promise<void> => {
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      states.set(path, await fingerprints.settle(path));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, settleNext));
  return states;
}
