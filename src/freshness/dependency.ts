import * as z from 'zod';
import type { FileId, FileKind } from './context.ts';

/** One input of an entry, with the state in which the computation met it. */
export type Dependency =
  /** The bytes of a file; `digest` null is its absence. */
  | { readonly on: 'content'; readonly path: FileId; readonly digest: string | null }
  /** That a file has more than so many bytes. */
  | { readonly on: 'over'; readonly path: FileId; readonly bytes: number; readonly digest: typeof OVER }
  /** What is at a path; null is nothing. */
  | { readonly on: 'kind'; readonly path: FileId; readonly kind: FileKind | 'other' | null }
  /** The names in a folder; `digest` null is its absence. */
  | { readonly on: 'names'; readonly path: FileId; readonly digest: string | null }
  /** The paths that match; `glob` is the canonical form of its patterns. */
  | { readonly on: 'glob'; readonly glob: string; readonly digest: string }
  /** The value of another entry: while that is the same, it does not matter why it was computed again. */
  | { readonly on: 'entry'; readonly key: string; readonly digest: string }
  /** A value of the environment, of the settings, the version of a producer, or what a topic names; `digest` null is its absence. */
  | { readonly on: Fact; readonly name: string; readonly digest: string | null };

/** The state of a file that has more bytes than asked for; null is that of every other path. */
export const OVER = 'over';

export type Fact = 'env' | 'setting' | 'producer' | 'topic';

/** The stat under which a digest was taken, and when (ms since the epoch). */
export interface Seen {
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly ino: number;
  readonly at: number;
}

const text = z.string();
const digest = z.string().nullable();
/** On disk: short tuples, as there are many. The stat behind a digest saves reading the file after a restart. */
const seen = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]);
const stored = z.union([
  z.tuple([z.literal('c'), text, digest]),
  z.tuple([z.literal('c'), text, digest, seen]),
  z.tuple([z.literal('o'), text, z.number()]),
  z.tuple([z.literal('k'), text, z.enum(['file', 'folder', 'other']).nullable()]),
  z.tuple([z.literal('n'), text, digest]),
  z.tuple([z.literal('n'), text, digest, seen]),
  z.tuple([z.literal('g'), text, text]),
  z.tuple([z.literal('e'), text, text]),
  z.tuple([z.enum(['env', 'setting', 'producer', 'topic']), text, digest]),
]);

export const storedDependencies = z.array(stored);
export type StoredDependency = z.infer<typeof stored>;

export function dumpDependency(dependency: Dependency, seenAs?: Seen): StoredDependency {
  switch (dependency.on) {
    case 'over':
      return ['o', dependency.path, dependency.bytes];
    case 'kind':
      return ['k', dependency.path, dependency.kind];
    case 'glob':
      return ['g', dependency.glob, dependency.digest];
    case 'entry':
      return ['e', dependency.key, dependency.digest];
    case 'content':
    case 'names': {
      const letter = dependency.on === 'content' ? 'c' : 'n';
      if (!seenAs) return [letter, dependency.path, dependency.digest];
      const { mtimeMs, ctimeMs, size, ino, at } = seenAs;
      return [letter, dependency.path, dependency.digest, [mtimeMs, ctimeMs, size, ino, at]];
    }
    default:
      return [dependency.on, dependency.name, dependency.digest];
  }
}

export function reviveDependency(row: StoredDependency): { dependency: Dependency; seen?: Seen } {
  switch (row[0]) {
    case 'o':
      return { dependency: { on: 'over', path: row[1], bytes: row[2], digest: OVER } };
    case 'k':
      return { dependency: { on: 'kind', path: row[1], kind: row[2] } };
    case 'g':
      return { dependency: { on: 'glob', glob: row[1], digest: row[2] } };
    case 'e':
      return { dependency: { on: 'entry', key: row[1], digest: row[2] } };
    case 'c':
    case 'n': {
      const on = row[0] === 'c' ? 'content' : 'names';
      const dependency: Dependency = { on, path: row[1], digest: row[2] };
      const stat = row[3];
      if (!stat) return { dependency };
      const [mtimeMs, ctimeMs, size, ino, at] = stat;
      return { dependency, seen: { mtimeMs, ctimeMs, size, ino, at } };
    }
    default:
      return { dependency: { on: row[0], name: row[1], digest: row[2] } };
  }
}

/** Of a shared record: without what means something on this machine only. */
export function portableDependency(row: StoredDependency): unknown {
  return row.slice(0, 3);
}

/** The file whose content it is about; undefined for one that only looks whether there is a file. */
export function contentOf(dependency: Dependency): FileId | undefined {
  const { on } = dependency;
  return on === 'over' || (on === 'content' && dependency.digest !== null) ? dependency.path : undefined;
}

/** The input's name among those of its kind. */
export function nameOf(dependency: Dependency): string {
  if ('path' in dependency) return dependency.path;
  if (dependency.on === 'glob') return dependency.glob;
  return dependency.on === 'entry' ? dependency.key : dependency.name;
}

/** What the entry rests on, as people read it. */
export function subjectOf(dependency: Dependency): string {
  switch (dependency.on) {
    case 'glob':
      return `the files of ${dependency.glob}`;
    case 'entry':
      return `entry ${dependency.key}`;
    case 'env':
      return `environment variable ${dependency.name}`;
    case 'setting':
      return `setting ${dependency.name}`;
    case 'topic':
      return `topic ${dependency.name}`;
    case 'producer':
      return `version of ${dependency.name}`;
    default:
      return dependency.path || '(workspace folder)';
  }
}
