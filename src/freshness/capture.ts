import type { ComputeContext, FileBytes, FileId, FileKind } from './context.ts';
import type { Dependency } from './dependency.ts';
import { checkPath } from './disk.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { Generations } from './generations.ts';
import type { Stamp } from './stamp.ts';

class TooManyDependencies extends Error {
  override readonly name = 'TooManyDependencies';
}

/** Dependencies accepted per entry. */
const MOST_DEPENDENCIES = 50_000;
/** Longest tag accepted, characters. */
const LONGEST_TAG = 500;

/** The context of one computation: answers its questions and writes each down as a dependency. */
export class Capture implements ComputeContext {
  readonly signal: AbortSignal;
  readonly #fingerprints: Fingerprints;
  readonly #generations: Generations;
  readonly #namespace: string;
  readonly #started: number;
  readonly #tags: string[];
  readonly #dependencies = new Map<string, Dependency>();
  /** A second question for the same path gets the first answer: one computation sees one state. */
  readonly #files = new Map<FileId, Promise<FileBytes | undefined>>();
  readonly #kinds = new Map<FileId, FileKind | undefined>();
  readonly #folders = new Map<FileId, Promise<readonly string[] | undefined>>();

  constructor(
    fingerprints: Fingerprints,
    generations: Generations,
    namespace: string,
    tags: readonly string[],
    signal: AbortSignal,
  ) {
    this.#fingerprints = fingerprints;
    this.#generations = generations;
    this.#namespace = namespace;
    this.#tags = [...tags];
    this.signal = signal;
    this.#started = generations.sequence;
  }

  readFile(file: FileId): Promise<FileBytes | undefined> {
    let answer = this.#files.get(file);
    if (!answer) {
      answer = this.#read(checkPath(file));
      this.#files.set(file, answer);
    }
    return answer;
  }

  kind(path: FileId): FileKind | undefined {
    if (this.#kinds.has(path)) return this.#kinds.get(path);
    const { kind } = this.#fingerprints.kind(checkPath(path));
    if (kind === 'unreadable') throw new Error(`${path} cannot be looked at: access denied.`);
    this.#depend({ on: 'kind', path, kind });
    const answer = kind === 'file' || kind === 'folder' ? kind : undefined;
    this.#kinds.set(path, answer);
    return answer;
  }

  list(folder: FileId): Promise<readonly string[] | undefined> {
    let answer = this.#folders.get(folder);
    if (!answer) {
      answer = this.#list(checkPath(folder));
      this.#folders.set(folder, answer);
    }
    return answer;
  }

  tag(name: string): void {
    if (name === '' || name.length > LONGEST_TAG)
      throw new Error(`A tag has 1 to ${LONGEST_TAG} characters.`);
    this.#tags.push(name);
  }

  stamp(): Stamp {
    return {
      marks: this.#generations.marks(this.#tags, this.#namespace),
      started: this.#started,
      dependencies: [...this.#dependencies.values()],
    };
  }

  async #read(file: FileId): Promise<FileBytes | undefined> {
    const found = await this.#fingerprints.read(file);
    this.#depend({ on: 'content', path: file, digest: found?.digest ?? null });
    return found && { bytes: found.bytes, text: () => decoder.decode(found.bytes) };
  }

  async #list(folder: FileId): Promise<readonly string[] | undefined> {
    const found = await this.#fingerprints.names(folder);
    this.#depend({ on: 'names', path: folder, digest: found?.digest ?? null });
    return found?.names;
  }

  #depend(dependency: Dependency): void {
    if (this.#dependencies.size >= MOST_DEPENDENCIES) {
      throw new TooManyDependencies(`A result may rest on ${MOST_DEPENDENCIES} inputs at the most.`);
    }
    this.#dependencies.set(`${dependency.on} ${dependency.path}`, dependency);
  }
}

const decoder = new TextDecoder();
