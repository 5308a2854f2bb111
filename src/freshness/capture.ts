import { namespaceOf } from '../cache/key.ts';
import { type ComputeContext, type FileBytes, type FileId, type FileKind, TOO_LARGE } from './context.ts';
import { type Dependency, type Fact, OVER } from './dependency.ts';
import { checkPath, leadingOut } from './disk.ts';
import type { Session } from './entries/session.ts';
import { factDigest } from './facts.ts';
import { type GlobSpec, globName, globSpec } from './file-globs/glob-spec.ts';
import type { Generations } from './generations.ts';
import type { Inputs } from './inputs.ts';
import type { Stamp } from './stamp.ts';

class TooManyDependencies extends Error {
  override readonly name = 'TooManyDependencies';
}

/** Dependencies accepted per entry, unless given. */
export const MOST_DEPENDENCIES = 50_000;
/** Longest tag or topic accepted, characters. */
const LONGEST_TAG = 500;
const ABORTED = AbortSignal.abort();

/** The context of one computation: answers its questions and writes each down as a dependency. */
export class Capture implements ComputeContext {
  readonly #key: string;
  readonly #inputs: Inputs;
  readonly #generations: Generations;
  readonly #started: number;
  #signal: AbortSignal;
  #session: Session | undefined;
  readonly #most: number;
  readonly #tags: string[];
  readonly #topics: string[] = [];
  readonly #dependencies = new Map<string, Dependency>();
  /** A question had no answer: a computation that goes on all the same rests on what nobody can look at again. */
  failed = false;
  readonly #fail = () => {
    this.failed = true;
  };
  /** What was seen belongs to different states of the workspace. */
  moved = false;
  /** A second question gets the first answer: one computation sees one state. */
  readonly #answers = new Map<string, unknown>();

  constructor(
    key: string,
    inputs: Inputs,
    generations: Generations,
    tags: readonly string[],
    session: Session | undefined,
    signal: AbortSignal,
    most: number,
  ) {
    this.#most = most;
    this.#session = session;
    this.#key = key;
    this.#inputs = inputs;
    this.#generations = generations;
    this.#tags = [...tags];
    this.#signal = signal;
    this.#started = generations.sequence;
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  readFile(file: FileId): Promise<FileBytes | undefined> {
    return this.#asked(`content ${file}`, async () => {
      return (await this.#read(checkPath(file))) as FileBytes | undefined;
    });
  }

  readUpTo(file: FileId, most: number): Promise<FileBytes | typeof TOO_LARGE | undefined> {
    const question = `content up to ${most} ${file}`;
    return this.#asked(question, () => this.#read(checkPath(file), most, question));
  }

  async readAs(file: FileId, digest: string, bytes: number): Promise<FileBytes | undefined> {
    this.signal.throwIfAborted();
    const found = await this.#inputs.fingerprints.readUpTo(checkPath(file), bytes);
    if (found === OVER || found?.digest !== digest) {
      this.moved = true;
      return undefined;
    }
    return fileBytes(found.bytes, found.digest);
  }

  kind(path: FileId): FileKind | undefined {
    return this.#once(`kind ${path}`, () => {
      const { kind } = this.#inputs.fingerprints.kind(checkPath(path));
      if (kind === 'unreadable' || kind === 'value')
        throw new Error(`${path} cannot be looked at: access denied.`);
      this.#depend(`kind ${path}`, { on: 'kind', path, kind });
      return kind === 'file' || kind === 'folder' ? kind : undefined;
    });
  }

  confine(path: FileId): void {
    if (this.#inputs.fingerprints.leadsOut(checkPath(path))) throw leadingOut(path);
  }

  list(folder: FileId): Promise<readonly string[] | undefined> {
    return this.#asked(`names ${folder}`, () => this.#list(checkPath(folder)));
  }

  glob(patterns: string | readonly string[] | GlobSpec): Promise<readonly FileId[]> {
    const spec = globSpec(patterns);
    const glob = globName(spec);
    return this.#asked(`glob ${glob}`, async () => {
      const { paths, digest } = await this.#inputs.globs.find(spec);
      this.#depend(`glob ${glob}`, { on: 'glob', glob, digest });
      return paths;
    });
  }

  entry<T>(key: string, compute: (context: ComputeContext) => Promise<T>): Promise<T> {
    return this.#asked(`entry ${key}`, async () => {
      const [value, digest] = await this.#inputs.entries.ask<T>(
        this.#key,
        key,
        compute,
        this.#session,
        this.signal,
      );
      this.#depend(`entry ${key}`, { on: 'entry', key, digest });
      return value;
    });
  }

  env(name: string): string | undefined {
    return this.#fact('env', name) as string | undefined;
  }

  setting(id: string): unknown {
    return this.#fact('setting', id);
  }

  producer(name: string): string | undefined {
    return this.#fact('producer', name) as string | undefined;
  }

  topic(name: string): void {
    this.#topics.push(named('topic', name));
    if (!this.#inputs.facts.tells(name)) return;
    try {
      this.#fact('topic', name);
    } catch {
      // The question has failed, so that the result is not kept; who asks it need not know.
    }
  }

  tag(name: string): void {
    this.#tags.push(named('tag', name));
  }

  stamp(): Stamp {
    // In the order of the questions, whichever was answered first: the same state is the same variant.
    const asked = [...this.#answers.keys()];
    return {
      marks: this.#generations.marks(this.#tags, namespaceOf(this.#key), this.#topics),
      started: this.#started,
      dependencies: asked.flatMap((question) => this.#dependencies.get(question) ?? []),
      watched: 0,
    };
  }

  /**
   * The computation has ended. Whoever keeps the context, as every recipe does that was made in it,
   * keeps nothing of what it was told.
   */
  release(): void {
    this.#answers.clear();
    this.#dependencies.clear();
    this.#session = undefined;
    if (this.#signal.aborted) this.#signal = ABORTED; // the reason's stack has hold of who waited, and of the value
  }

  async #read(
    file: FileId,
    most = Number.POSITIVE_INFINITY,
    question = `content ${file}`,
  ): Promise<FileBytes | typeof TOO_LARGE | undefined> {
    const found = await this.#inputs.fingerprints.readUpTo(file, most);
    if (found === OVER) {
      this.#depend(question, { on: 'over', path: file, bytes: most, digest: OVER });
      return TOO_LARGE;
    }
    this.#depend(question, { on: 'content', path: file, digest: found?.digest ?? null });
    if (found && found.bytes.length > most) return TOO_LARGE; // text of an editor, which has no size before it is asked for
    return found && fileBytes(found.bytes, found.digest);
  }

  async #list(folder: FileId): Promise<readonly string[] | undefined> {
    const found = await this.#inputs.fingerprints.names(folder);
    this.#depend(`names ${folder}`, { on: 'names', path: folder, digest: found?.digest ?? null });
    return found?.names;
  }

  #fact(on: Fact, name: string): unknown {
    return this.#once(`${on} ${name}`, () => {
      const value = this.#inputs.facts.value(on, name);
      this.#depend(`${on} ${name}`, { on, name, digest: factDigest(value) });
      return value;
    });
  }

  /** Nobody waits for the result any more: nothing is looked at for it. */
  #asked<T>(question: string, answer: () => Promise<T>): Promise<T> {
    if (!this.signal.aborted) return this.#once(question, answer);
    this.#fail();
    return Promise.reject(this.signal.reason);
  }

  #once<T>(question: string, answer: () => T): T {
    if (this.#answers.has(question)) return this.#answers.get(question) as T;
    try {
      const first = answer();
      this.#answers.set(question, first);
      if (first instanceof Promise) first.catch(this.#fail);
      return first;
    } catch (error) {
      this.#fail();
      throw error;
    }
  }

  #depend(question: string, dependency: Dependency): void {
    if (this.#dependencies.size >= this.#most) {
      throw new TooManyDependencies(
        `A result may rest on ${this.#most} inputs at the most (setting agentCache.freshness.maxDependencies).`,
      );
    }
    this.#dependencies.set(question, dependency);
  }
}

function fileBytes(bytes: Uint8Array, digest: string): FileBytes {
  return { bytes, digest, text: () => decoder.decode(bytes) };
}

function named(what: string, name: string): string {
  if (name !== '' && name.length <= LONGEST_TAG) return name;
  throw new Error(`A ${what} has 1 to ${LONGEST_TAG} characters.`);
}

const decoder = new TextDecoder();
