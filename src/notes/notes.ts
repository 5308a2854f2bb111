import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import { type Changed, fingerprinted, judged } from './freshness.ts';
import type { KnownNote } from './known-note.ts';
import type { Limits } from './limits.ts';
import { fitting } from './names.ts';
import type { FoundNote, Note } from './note.ts';
import type { NoteFiles } from './note-files.ts';
import { asked, checkText, given, noteKey, type Question, type RememberInput } from './note-input.ts';
import { topicOf } from './note-states.ts';
import { NotesError } from './notes-error.ts';
import { ranked } from './ranking.ts';
import type { Secrets } from './secrets.ts';
import { Turns } from './turns.ts';

/** Notes that fit a question best, of which those that are still true come first. */
const MOST_JUDGED = 200;
/** Lines of a list at the most. */
const MOST_LISTED = 1000;

export interface Remembered {
  readonly key: string;
  readonly rememberedAt: number;
  /** Paths that it rests on. */
  readonly files: readonly string[];
  /** Of these, nothing is there; it is out of date when something is. */
  readonly absent: readonly string[];
  /** The note that it took the place of. */
  readonly replaced?: { readonly rememberedAt: number; readonly agent?: string };
  /** Kinds of the secrets that were taken out. */
  readonly redacted?: readonly string[];
}

interface About {
  readonly key: string;
  readonly tags: readonly string[];
  readonly agent?: string;
  /** Milliseconds since the epoch. */
  readonly rememberedAt: number;
}

/** A note that is still true. */
interface FreshNote extends About {
  readonly stale: false;
  readonly text: string;
  readonly files: readonly string[];
}

/** A note of which files are not as they were; its text only for those who ask for it. */
interface StaleNote extends About {
  readonly stale: true;
  readonly changed: readonly Changed[];
  readonly text?: string;
}

export type Recalled = FreshNote | StaleNote;

export interface Listed extends About {
  readonly stale: boolean;
  readonly files: number;
}

export interface NotesOptions {
  readonly workspace: Pick<WorkspaceCache, 'fingerprints' | 'changed'>;
  readonly files: NoteFiles;
  readonly secrets: Secrets;
  /** Asked each time. */
  readonly limits: () => Limits;
  readonly problem: (error: Error) => void;
  /** Told what agents come to know. */
  readonly known?: ((note: KnownNote) => void) | undefined;
  readonly now: () => number;
}

/** Of {@link Notes.recall}. */
interface RecallOptions {
  /** Whether the text of a note that is out of date is given. */
  readonly stale?: boolean;
  /** Who asks. */
  readonly agent?: string | undefined;
}

/**
 * What agents write down about files, so that it need not be found out again: a note is told only
 * while its files are as they were when it was remembered. All methods reject with a
 * {@link NotesError}, or a PathError for what is no path.
 */
export class Notes {
  readonly #options: NotesOptions;
  readonly #turns = new Turns();

  constructor(options: NotesOptions) {
    this.#options = options;
  }

  /** On the disk when it resolves. Takes the place of the note of the same key. */
  async remember(input: RememberInput): Promise<Remembered> {
    const { workspace, files, secrets, now } = this.#options;
    const limits = this.#options.limits();
    const { key, text, files: paths, tags, agent, redact } = given(input, limits);
    const restsOn = await fingerprinted(workspace.fingerprints, paths);
    const names = [key, ...paths, ...tags, ...(agent === undefined ? [] : [agent])];
    await secrets.checkNames(names, 'The key, a path, a tag or the agent');
    const { value: kept, redacted } = await secrets.check(text, 'The text', redact);
    checkText(kept, limits);
    const { rememberedAt, was } = await this.#turns.take(key, async () => {
      const before = { rememberedAt: now(), was: await files.read(key) };
      const note = { key, text: kept, tags, agent, rememberedAt: before.rememberedAt, files: restsOn };
      const digest = await files.write(note);
      this.#known(agent, { key, digest, files: restsOn, by: 'writing' });
      await this.#tell(key, 'remembered');
      return before;
    });
    return {
      key,
      rememberedAt,
      files: paths,
      absent: restsOn.filter(({ kind }) => kind === null).map(({ path }) => path),
      ...(was && { replaced: { rememberedAt: was.rememberedAt, ...by(was) } }),
      ...(redacted.length > 0 && { redacted }),
    };
  }

  /** The note of a key as far as it is true; undefined when there is none. */
  async recall(key: string, { stale = false, agent }: RecallOptions = {}): Promise<Recalled | undefined> {
    const note = await this.#options.files.read(fitting(noteKey, key));
    if (note) return this.#judgedOne(note, stale, agent);
    this.#known(agent, { key, digest: undefined, files: [], by: 'telling' });
    return undefined;
  }

  /** The notes that fit a question of an agent best; those that are still true first. */
  async search(question: Question, agent?: string): Promise<readonly Recalled[]> {
    const { query, tags, limit, stale } = asked(question);
    const all = await this.#options.files.all();
    const tagged = all.filter((note) => tags.every((tag) => note.tags.includes(tag)));
    const fitting = query.trim() === '' ? newestFirst(tagged) : await ranked(tagged, query);
    const found = await judged(this.#options.workspace.fingerprints, fitting.slice(0, MOST_JUDGED));
    const isTrue = ({ changed }: (typeof found)[number]) => changed.length === 0;
    const best = [...found.filter(isTrue), ...found.filter((one) => !isTrue(one))].slice(0, limit);
    for (const { note, files } of best) this.#told(agent, note, files);
    return best.map(({ note, changed }) => recalled(note, changed, stale));
  }

  /** The newest first, without their texts; `total` is how many there are. */
  async list(limit = MOST_LISTED): Promise<{ readonly notes: readonly Listed[]; readonly total: number }> {
    const all = await this.#options.files.all();
    const page = newestFirst(all).slice(0, Math.min(limit, MOST_LISTED));
    const found = await judged(this.#options.workspace.fingerprints, page);
    const notes = found.map(({ note, changed }) => {
      return { ...about(note), stale: changed.length > 0, files: note.files.length };
    });
    return { notes, total: all.length };
  }

  /** Takes a note away; the last ones can be restored. False when there is none. */
  async forget(key: string, agent?: string): Promise<boolean> {
    return this.#turns.take(fitting(noteKey, key), async () => {
      const was = await this.#options.files.forget(key);
      this.#known(agent, { key, digest: undefined, files: [], by: 'writing' });
      if (was) await this.#tell(key, 'forgotten');
      return was;
    });
  }

  /** Brings a note back that was forgotten. */
  async restore(key: string, agent?: string): Promise<Recalled> {
    const note = await this.#turns.take(fitting(noteKey, key), async () => {
      const restored = await this.#options.files.restore(key);
      await this.#tell(key, 'restored');
      return restored;
    });
    return this.#judgedOne(note, false, agent);
  }

  /** Settles when nothing is being written. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  async #judgedOne(note: FoundNote, withText: boolean, agent: string | undefined): Promise<Recalled> {
    const [found] = await judged(this.#options.workspace.fingerprints, [note]);
    this.#told(agent, note, found?.files ?? []);
    return recalled(note, found?.changed ?? [], withText);
  }

  #told(agent: string | undefined, { key, digest }: FoundNote, files: KnownNote['files']): void {
    this.#known(agent, { key, digest, files, by: 'telling' });
  }

  #known(agent: string | undefined, note: Omit<KnownNote, 'agent'>): void {
    if (agent !== undefined) this.#options.known?.({ agent, ...note });
  }

  /** What rests on the note goes. It is written by now: a failure here costs no note. */
  async #tell(key: string, what: string): Promise<void> {
    const { workspace, problem } = this.#options;
    try {
      await workspace.changed(topicOf(key), `the note ${key} was ${what}`);
    } catch (error) {
      problem(error as Error);
    }
  }
}

function recalled(note: Note, changed: readonly Changed[], withText: boolean): Recalled {
  if (changed.length === 0) {
    const files = note.files.map(({ path }) => path);
    return { ...about(note), stale: false, text: note.text, files };
  }
  return { ...about(note), stale: true, changed, ...(withText && { text: note.text }) };
}

function about(note: Note): About {
  const { key, tags, rememberedAt } = note;
  return { key, tags, rememberedAt, ...by(note) };
}

function by({ agent }: Note): { readonly agent?: string } {
  return agent === undefined ? {} : { agent };
}

function newestFirst<N extends Note>(notes: readonly N[]): N[] {
  return notes.toSorted((a, b) => b.rememberedAt - a.rememberedAt || (a.key < b.key ? -1 : 1));
}
