import { hash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { FileId } from '../../src/freshness/context.ts';

type Kind = 'file' | 'folder' | 'other' | null;

/**
 * The files as they are while nobody writes: each is looked at once, with code that shares nothing
 * with the cache. Make another one after each change.
 */
export class WorkTree {
  readonly root: string;
  readonly #realRoot: string;
  readonly #kinds = new Map<FileId, Kind>();
  readonly #bytes = new Map<FileId, Uint8Array>();
  readonly #digests = new Map<FileId, string>();

  constructor(root: string) {
    this.root = root;
    this.#realRoot = realpathSync(root);
  }

  /** Null is nothing, or a link that leads nowhere. */
  kind(path: FileId): Kind {
    let kind = this.#kinds.get(path);
    if (kind === undefined) {
      kind = kindAt(join(this.root, path));
      this.#kinds.set(path, kind);
    }
    return kind;
  }

  /** Undefined where there is no file. Throws for what is outside the root, through a link. */
  bytes(file: FileId): Uint8Array | undefined {
    if (this.kind(file) !== 'file') return undefined;
    let bytes = this.#bytes.get(file);
    if (!bytes) {
      bytes = readFileSync(this.#inside(file));
      this.#bytes.set(file, bytes);
    }
    return bytes;
  }

  /** Sorted; undefined where there is no folder. */
  names(folder: FileId): readonly string[] | undefined {
    return this.kind(folder) === 'folder' ? readdirSync(this.#inside(folder)).sort() : undefined;
  }

  /** As dependencies record it: the first 22 characters of the SHA-256 in base64url. */
  contentDigest(file: FileId): string | null {
    const bytes = this.bytes(file);
    if (!bytes) return null;
    let digest = this.#digests.get(file);
    if (digest === undefined) {
      digest = sha256(bytes);
      this.#digests.set(file, digest);
    }
    return digest;
  }

  namesDigest(folder: FileId): string | null {
    const names = this.names(folder);
    return names ? sha256(names.join('\0')) : null;
  }

  #inside(path: FileId): string {
    const real = realpathSync(join(this.root, path));
    if (real !== this.#realRoot && !real.startsWith(this.#realRoot + sep)) {
      throw new Error(`${path} leads out of the work tree.`);
    }
    return real;
  }
}

function kindAt(absolute: string): Kind {
  try {
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (!stat) return null;
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}

function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url').slice(0, 22);
}
