import type { Recalled } from '../notes/notes.ts';

/** Characters of JSON that make about one token. */
const PER_TOKEN = 4;
/** Paths that are told of one note. */
const MOST_PATHS = 20;
/** What says that a text was cut, characters. */
const CUT_NOTE = 40;
/** Less of a text says nothing. */
const SHORTEST_CUT = 200;

export interface ShownNote {
  key: string;
  text?: string;
  cut?: { shown: number; of: number };
  stale?: true;
  changed?: string[];
  files?: string[];
  tags?: string[];
  agent?: string;
  rememberedAt: string;
}

/** The notes that fit into so many tokens, their texts cut where they have to be. */
export function fitNotes(
  notes: readonly Recalled[],
  maxTokens: number,
): { notes: ShownNote[]; truncated?: { shown: number; of: number } } {
  let left = maxTokens * PER_TOKEN;
  const shown: ShownNote[] = [];
  for (const note of notes) {
    const about = aboutOf(note);
    const size = JSON.stringify(about).length + 1;
    if (size > left && shown.length > 0) break;
    left -= size;
    shown.push({ ...about, ...(note.text !== undefined && cutTo(note.text, left)) });
    left -= note.text === undefined ? 0 : Math.min(left, JSON.stringify(note.text).length);
  }
  if (shown.length === notes.length) return { notes: shown };
  return { notes: shown, truncated: { shown: shown.length, of: notes.length } };
}

function aboutOf(note: Recalled): ShownNote {
  const { key, tags, agent, rememberedAt } = note;
  const paths = note.stale ? note.changed.map(({ path, how }) => `${path} ${how}`) : note.files;
  const some =
    paths.length > MOST_PATHS
      ? [...paths.slice(0, MOST_PATHS), `… ${paths.length - MOST_PATHS} more`]
      : [...paths];
  return {
    key,
    ...(note.stale && { stale: true as const, changed: some }),
    ...(!note.stale && some.length > 0 && { files: some }),
    ...(tags.length > 0 && { tags: [...tags] }),
    ...(agent !== undefined && { agent }),
    rememberedAt: new Date(rememberedAt).toISOString(),
  };
}

function cutTo(text: string, room: number): Pick<ShownNote, 'text' | 'cut'> {
  const size = JSON.stringify(text).length;
  if (size <= room) return { text };
  // As if all of it were written as densely as the whole.
  const fitting = Math.floor((text.length * Math.max(0, room - CUT_NOTE)) / size);
  const start = fitting < SHORTEST_CUT ? '' : text.slice(0, fitting).replace(/[\ud800-\udbff]$/, '');
  const cut = { shown: start.length, of: text.length };
  return start === '' ? { cut } : { text: start, cut };
}
