import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something that went wrong outside this project; its message is all that its reader needs. */
export class Refusal extends Error {}

const windows = process.platform === 'win32';
const running = new Set();

/**
 * Runs a command to its end and keeps what it printed, stdout and stderr as they came.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, limit?: number, echo?: boolean}} [options]
 *   `limit`: ms after which it is ended; `echo`: print it, too
 * @returns {Promise<{code: number, output: string, timedOut: boolean}>} `code` is 1 where a signal ended it
 */
export function run(command, args, { cwd, env, limit, echo } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows,
      shell: windows,
    });
    running.add(child);
    let output = '';
    let timedOut = false;
    const timer =
      limit &&
      setTimeout(() => {
        timedOut = true;
        endGroup(child, 'SIGKILL');
      }, limit);
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (echo) to.write(text);
      });
    }
    child.on('error', (error) => {
      running.delete(child);
      clearTimeout(timer);
      reject(error.code === 'ENOENT' ? new Refusal(`${command} is not installed`) : error);
    });
    // What a command leaves running in the background holds its output open without end.
    child.on('exit', () => {
      const release = () => {
        child.stdout.destroy();
        child.stderr.destroy();
      };
      setTimeout(release, 1_000).unref();
    });
    child.on('close', (code) => {
      running.delete(child);
      clearTimeout(timer);
      resolve({ code: code ?? 1, output, timedOut });
    });
  });
}

/**
 * Calls `stop` when the npm that runs this script is gone: the shell between the two passes no signal on.
 * @param {() => void} stop
 */
export function whenOrphaned(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

/** Ends every command that is still running, for when this process is told to stop. */
export function endRunning() {
  for (const child of running) endGroup(child, 'SIGTERM');
}

/**
 * Ends a child and the processes that it started; the child was spawned `detached`.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function endGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (windows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * @param {string[]} names
 * @returns {string | undefined} the path of the first of these programs that is on the PATH
 */
export function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const endings = windows ? ['.exe', '.cmd'] : [''];
  return names
    .flatMap((name) => folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))))
    .find((file) => existsSync(file));
}
