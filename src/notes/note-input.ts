import * as z from 'zod';
import { checkPath } from '../freshness/disk.ts';
import { type Limits, LONGEST_KEY, LONGEST_PATH, LONGEST_QUERY } from './limits.ts';
import { fitting, name } from './names.ts';
import { NotesError } from './notes-error.ts';

/** Notes of one answer at the most. */
const MOST_ANSWERS = 100;

export const noteKey = name('The key', LONGEST_KEY);

/** As doors take them; how many there may be of each is for the notes to say. */
export const noteFields = {
  key: noteKey,
  text: z.string({ error: 'The text is a text.' }).min(1, { error: 'The text must not be empty.' }),
  files: z.array(name('A path', LONGEST_PATH)).optional(),
  tags: z.array(name('A tag')).optional(),
  agent: name('The agent').optional(),
  redact: z.boolean().optional(),
};

const rememberSchema = z.strictObject(noteFields);

/** A note that is to be remembered. */
export interface RememberInput {
  readonly key: string;
  readonly text: string;
  /** Workspace paths of the files that it rests on, whether they exist or not: POSIX, relative. */
  readonly files?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Who remembers. */
  readonly agent?: string | undefined;
  /** Secrets in the text are taken out of it; otherwise a text with a secret is refused. */
  readonly redact?: boolean | undefined;
}

export interface Given {
  readonly key: string;
  readonly text: string;
  readonly files: readonly string[];
  readonly tags: readonly string[];
  readonly agent: string | undefined;
  readonly redact: boolean;
}

/** Throws a {@link NotesError} that names the bound, or a PathError. */
export function given(input: RememberInput, limits: Limits): Given {
  const { key, text, files = [], tags = [], agent, redact = false } = fitting(rememberSchema, input);
  const paths = [...new Set(files.map((path) => checkPath(path)))].sort();
  const tagged = [...new Set(tags)].sort();
  atMost(paths.length, limits.files, 'files for one note', 'name those that it really rests on');
  atMost(tagged.length, limits.tags, 'tags for one note', 'use fewer');
  checkText(text, limits);
  return { key, text, files: paths, tags: tagged, agent, redact };
}

export function checkText(text: string, { textBytes }: Limits): void {
  const bytes = Buffer.byteLength(text);
  atMost(bytes, textBytes, 'bytes for the text of a note', 'make it shorter, or several notes of it');
}

/** Throws a {@link NotesError} beyond a bound. */
export function atMost(count: number, most: number, what: string, advice: string): void {
  if (count <= most) return;
  throw new NotesError('too-large', `${count} are too many ${what}: ${most} at the most; ${advice}.`);
}

export const questionFields = {
  query: z.string().max(LONGEST_QUERY).optional(),
  tags: z.array(name('A tag')).max(MOST_ANSWERS).optional(),
  limit: z.int().min(1).max(MOST_ANSWERS).optional(),
  stale: z.boolean().optional(),
};

const questionSchema = z.strictObject(questionFields);

/** What is looked for among the notes. */
export interface Question {
  /** Words, of which one at least is in the key, the tags or the text; without, all notes are meant. */
  readonly query?: string | undefined;
  /** The note has all of these. */
  readonly tags?: readonly string[] | undefined;
  /** 10 unless given, 100 at the most. */
  readonly limit?: number | undefined;
  /** Whether the texts of notes that are out of date are given. */
  readonly stale?: boolean | undefined;
}

/** Throws a {@link NotesError}. */
export function asked(question: Question): Required<{ [F in keyof Question]: NonNullable<Question[F]> }> {
  const { query = '', tags = [], limit = 10, stale = false } = fitting(questionSchema, question);
  return { query, tags, limit, stale };
}
