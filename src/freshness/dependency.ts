import * as z from 'zod';
import type { FileId, FileKind } from './context.ts';

/** One input of an entry, with the state in which the computation met it. */
export type Dependency =
  /** The bytes of a file; `digest` null is its absence. */
  | { readonly on: 'content'; readonly path: FileId; readonly digest: string | null }
  /** What is at a path; null is nothing. */
  | { readonly on: 'kind'; readonly path: FileId; readonly kind: FileKind | 'other' | null }
  /** The names in a folder; `digest` null is its absence. */
  | { readonly on: 'names'; readonly path: FileId; readonly digest: string | null };

/** The stat under which a digest was taken, and when (ms since the epoch). */
export interface Seen {
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly ino: number;
  readonly at: number;
}

const path = z.string();
const digest = z.string().nullable();
/** On disk: short tuples, as there are many. The stat behind a digest saves reading the file after a restart. */
const seen = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]);
const stored = z.union([
  z.tuple([z.literal('c'), path, digest]),
  z.tuple([z.literal('c'), path, digest, seen]),
  z.tuple([z.literal('k'), path, z.enum(['file', 'folder', 'other']).nullable()]),
  z.tuple([z.literal('n'), path, digest]),
  z.tuple([z.literal('n'), path, digest, seen]),
]);

export const storedDependencies = z.array(stored);
export type StoredDependency = z.infer<typeof stored>;

export function dumpDependency(dependency: Dependency, seenAs: Seen | undefined): StoredDependency {
  if (dependency.on === 'kind') return ['k', dependency.path, dependency.kind];
  const letter = dependency.on === 'content' ? 'c' : 'n';
  if (!seenAs) return [letter, dependency.path, dependency.digest];
  const { mtimeMs, ctimeMs, size, ino, at } = seenAs;
  return [letter, dependency.path, dependency.digest, [mtimeMs, ctimeMs, size, ino, at]];
}

export function reviveDependency(row: StoredDependency): { dependency: Dependency; seen?: Seen } {
  if (row[0] === 'k') return { dependency: { on: 'kind', path: row[1], kind: row[2] } };
  const dependency: Dependency = { on: row[0] === 'c' ? 'content' : 'names', path: row[1], digest: row[2] };
  const stat = row[3];
  if (!stat) return { dependency };
  const [mtimeMs, ctimeMs, size, ino, at] = stat;
  return { dependency, seen: { mtimeMs, ctimeMs, size, ino, at } };
}
