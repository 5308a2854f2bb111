import type { Seen } from './dependency.ts';
import type { Stat } from './disk.ts';

/**
 * Times within which two writes may carry the same stamp. File systems that keep whole seconds (FAT:
 * two) show it in their stamps; the others follow the kernel's tick, at the most 10 ms on Linux and
 * 16 ms on Windows.
 */
function granularityMs(stat: Seen): number {
  return stat.ctimeMs % 1000 === 0 ? 2000 : 50;
}

/**
 * Changed so shortly before it was looked at that a later change could look the same (git's "racy").
 * So does one that was looked at in what is the future by now: the clock was set back, perhaps into
 * the tick of the last change.
 */
export function isRacy(known: Seen, now: number): boolean {
  return Math.max(known.mtimeMs, known.ctimeMs) > known.at - granularityMs(known) || known.at > now;
}

/** Whether two looks at a path show no difference; {@link isRacy} tells whether that proves anything. */
export function isSame(a: Stat, b: Stat): boolean {
  return (
    a.ctimeMs === b.ctimeMs &&
    a.mtimeMs === b.mtimeMs &&
    a.size === b.size &&
    a.ino === b.ino &&
    a.kind === b.kind
  );
}
