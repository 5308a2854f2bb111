import { digest } from '../../../src/cache/digest.ts';
import {
  type ComputeContext,
  type FileBytes,
  type FileId,
  type FileKind,
  TOO_LARGE,
} from '../../../src/freshness/context.ts';

/** A workspace in memory that writes down, in order, what it is asked. */
export class FakeContext implements ComputeContext {
  readonly asked: string[] = [];
  readonly tags: string[] = [];
  readonly signal: AbortSignal;
  readonly #files = new Map<FileId, Uint8Array>();

  constructor(files: Readonly<Record<FileId, string | Uint8Array>>, signal = new AbortController().signal) {
    this.signal = signal;
    for (const [file, content] of Object.entries(files))
      this.#files.set(file, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }

  /** What was asked without finding anything. */
  get absent(): string[] {
    return this.asked.filter((line) => line.endsWith(' -')).map((line) => line.split(' ')[1] ?? '');
  }

  async readFile(file: FileId): Promise<FileBytes | undefined> {
    const bytes = this.#files.get(file);
    this.asked.push(`read ${file}${bytes ? '' : ' -'}`);
    return bytes && { bytes, digest: digest(bytes), text: () => new TextDecoder().decode(bytes) };
  }

  async readUpTo(file: FileId, most: number): Promise<FileBytes | typeof TOO_LARGE | undefined> {
    const found = await this.readFile(file);
    return found && found.bytes.length > most ? TOO_LARGE : found;
  }

  async readAs(file: FileId, as: string): Promise<FileBytes | undefined> {
    const bytes = this.#files.get(file);
    const is = bytes && digest(bytes);
    if (is !== as) throw new Error(`${file} is not as ${as}.`);
    return bytes && { bytes, digest: as, text: () => new TextDecoder().decode(bytes) };
  }

  confine(): void {}

  kind(path: FileId): FileKind | undefined {
    const isFolder = path === '' || [...this.#files.keys()].some((file) => file.startsWith(`${path}/`));
    const kind = this.#files.has(path) ? 'file' : isFolder ? 'folder' : undefined;
    this.asked.push(`kind ${path} ${kind ?? '-'}`);
    return kind;
  }

  async list(folder: FileId): Promise<readonly string[] | undefined> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const inside = [...this.#files.keys()].filter((file) => file.startsWith(prefix));
    this.asked.push(`list ${folder}${inside.length > 0 ? '' : ' -'}`);
    const names = new Set(inside.map((file) => file.slice(prefix.length).split('/')[0] ?? ''));
    return inside.length > 0 ? [...names].sort() : undefined;
  }

  tag(name: string): void {
    this.tags.push(name);
  }

  glob(): Promise<never> {
    return notHere();
  }

  entry(): Promise<never> {
    return notHere();
  }

  env(): undefined {}

  setting(): undefined {}

  producer(): undefined {}

  topic(): void {}
}

/** For an analysis of one file: it asks no other. */
export const noOther = () => notHere();

function notHere(): Promise<never> {
  return Promise.reject(new Error('This workspace answers for files only.'));
}
