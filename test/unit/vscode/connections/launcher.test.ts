import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Launcher } from '../../../../src/vscode/connections/launcher.ts';
import { findRuntime, ownRuntime } from '../../../../src/vscode/connections/runtime.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';

const run = promisify(execFile);

/** The extension's own folder, and those of two of its versions; each bridge says which it is. */
function installed() {
  const folder = temporaryFolder();
  const storage = join(folder, "Ada's storage");
  for (const version of ['1.0.0', '2.0.0']) {
    const bridge = `console.log(${JSON.stringify(version)}, ...process.argv.slice(2));\n`;
    write(folder, `${version}/dist/bridge.js`, bridge);
    write(folder, `${version}/dist/package.json`, '{"type":"module"}');
  }
  const launcher = (version: string) => new Launcher(storage, join(folder, version, 'dist'));
  return { folder, storage, launcher };
}

const start = (file: string, ...args: string[]) => run(process.execPath, [file, ...args]);

describe('the launcher', () => {
  it('starts the bridge of this version with the arguments as they are', async () => {
    const { launcher } = installed();
    const first = launcher('1.0.0');
    await first.write();
    const { stdout } = await start(first.file, '--workspace', 'a b "c"');
    expect(stdout).toBe('1.0.0 --workspace a b "c"\n');
  });

  it('stays where it is and starts the bridge of a new version, once that has started', async () => {
    const { launcher, folder } = installed();
    const first = launcher('1.0.0');
    await first.write();
    const second = launcher('2.0.0');
    expect(second.file).toBe(first.file);
    await second.refresh();
    rmSync(join(folder, '1.0.0'), { recursive: true });
    expect((await start(first.file)).stdout).toBe('2.0.0\n');
  });

  it('is not written before anybody has asked for it, and leaves nothing else behind', async () => {
    const { launcher, storage } = installed();
    await launcher('1.0.0').refresh();
    expect(existsSync(storage)).toBe(false);
    await launcher('1.0.0').write();
    expect(readdirSync(join(storage, 'agents')).sort()).toEqual(['bridge.json', 'bridge.mjs']);
  });

  it('says what to do when the version that it knows is gone', async () => {
    const { launcher, folder } = installed();
    const first = launcher('1.0.0');
    await first.write();
    rmSync(join(folder, '1.0.0'), { recursive: true });
    await expect(start(first.file)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('open a folder in VS Code once'),
    });
  });
});

describe('the Node that agents start it with', () => {
  it('is one that answers, by its absolute path', async () => {
    const { command, env } = await findRuntime();
    const { stdout } = await run(command, ['-p', 'process.versions.node'], {
      env: { ...process.env, ...env },
    });
    expect(Number.parseInt(stdout, 10)).toBeGreaterThanOrEqual(22);
  });

  it('is that of VS Code where there is no other: Electron is told to be Node', () => {
    const electron = { execPath: '/usr/share/code/code', versions: { electron: '39.0.0' } };
    expect(ownRuntime(electron as never)).toEqual({
      command: '/usr/share/code/code',
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
    expect(ownRuntime(process)).toEqual({ command: process.execPath, env: {} });
  });
});
