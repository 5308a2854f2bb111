import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How Node is started. */
export interface Runtime {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the bridge needs: from here on node:sqlite is there without a flag. */
const LEAST = [22, 13] as const;
const PATIENCE = 5000;

/**
 * The person's own Node where it is new enough, by its absolute path: agents that were not started
 * from a shell often have another PATH. Else the one that VS Code brings.
 */
export async function findRuntime(): Promise<Runtime> {
  try {
    const { stdout } = await run('node', ['-p', 'process.versions.node + " " + process.execPath'], {
      timeout: PATIENCE,
      windowsHide: true,
    });
    const [, major, minor, command] = /^(\d+)\.(\d+)\.\S+ (.+)$/m.exec(stdout.trim()) ?? [];
    if (command !== undefined && isEnough(Number(major), Number(minor))) return { command, env: {} };
  } catch {
    // There is no node, or none that answers: VS Code has one.
  }
  return ownRuntime(process);
}

/** VS Code's own program, which is Node when it is told to be; on a remote or in a browser it is Node anyway. */
export function ownRuntime({ execPath, versions }: Pick<NodeJS.Process, 'execPath' | 'versions'>): Runtime {
  const isElectron = versions.electron !== undefined;
  return { command: execPath, env: isElectron ? { ELECTRON_RUN_AS_NODE: '1' } : {} };
}

function isEnough(major: number, minor: number): boolean {
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}
