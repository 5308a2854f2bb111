import type { Stat } from '../disk.ts';

/** What one stat found: nothing there, or no answer, is a finding too. */
export type Glanced = Stat | 'absent' | 'unreadable';

/** Numbers per path in what the worker sends: kind, mtime, ctime, size, inode. */
export const ROW = 5;

const KINDS = ['absent', 'file', 'folder', 'other', 'unreadable'] as const;

/** One stat on this thread. */
export function glanceAt(disk: { stat(path: string): Stat | undefined }, path: string): Glanced {
  try {
    return disk.stat(path) ?? 'absent';
  } catch {
    return 'unreadable';
  }
}

export function writeRow(rows: Float64Array, index: number, glanced: Glanced): void {
  const at = index * ROW;
  if (typeof glanced === 'string') {
    rows[at] = KINDS.indexOf(glanced);
    return;
  }
  rows[at] = KINDS.indexOf(glanced.kind);
  rows[at + 1] = glanced.mtimeMs;
  rows[at + 2] = glanced.ctimeMs;
  rows[at + 3] = glanced.size;
  rows[at + 4] = glanced.ino;
}

export function readRow(rows: Float64Array, index: number): Glanced {
  const at = index * ROW;
  const kind = KINDS[rows[at] ?? -1] ?? 'unreadable';
  if (kind === 'absent' || kind === 'unreadable') return kind;
  const [mtimeMs = 0, ctimeMs = 0, size = 0, ino = 0] = rows.subarray(at + 1, at + ROW);
  return { kind, mtimeMs, ctimeMs, size, ino };
}
