/** Processes below this one, and what processor time they took; Linux. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of /proc in a second: 100 wherever Node runs on Linux. */
const TICKS = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Milliseconds on a processor. */
  readonly ms: number;
}

/** Descendants of this process whose command line has the text. */
function descendants(text: string): Process[] {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const all = names.flatMap((name) => processOf(Number(name)) ?? []);
  const below = new Set([process.pid]);
  // Parents need not come before their children.
  for (let before = 0; before < below.size; ) {
    before = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  return all.filter(({ pid, command }) => below.has(pid) && command.includes(text));
}

/** Milliseconds on a processor of all these descendants, in sum. */
export function processorMs(text: string): number {
  return descendants(text).reduce((sum, { ms }) => sum + ms, 0);
}

function processOf(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may have spaces: state, parent, …, and from the 12th on the times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parent: Number(fields[1]), command, ms: (ticks * 1000) / TICKS };
  } catch {
    return undefined; // it has just ended
  }
}
