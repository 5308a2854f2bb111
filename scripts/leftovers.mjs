import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** Environment that everything started by a test run inherits, and is known by. */
export const RUN_MARK = { AGENT_CACHE_TEST_RUN: randomUUID() };

/**
 * Ends what tests of this run started and left behind: servers, browsers, VS Codes.
 * @returns {string[]} the command of each, its process id before it; none where there is no /proc
 */
export function endLeftovers() {
  const mark = `AGENT_CACHE_TEST_RUN=${RUN_MARK.AGENT_CACHE_TEST_RUN}`;
  const found = [];
  for (const pid of processes()) {
    if (!readProc(pid, 'environ').split('\0').includes(mark)) continue;
    const command = readProc(pid, 'cmdline').split('\0').slice(0, 3).join(' ').trim();
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
      continue;
    }
    // One that has ended and only waits for its parent to notice has no command any more.
    if (command) found.push(`${pid} ${command.slice(0, 100)}`);
  }
  return found;
}

function processes() {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Empty for a process that has ended meanwhile or belongs to somebody else. */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
