// A real VS Code without a desktop: code-server from npm carries its workbench and extension host.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { replaceNatives } from './embedded-natives.mjs';
import { nodeOf, npm, toolsEnv } from './packages.mjs';
import { endGroup, Refusal, run } from './run.mjs';

/** Release of code-server; 4.139.1 carries VS Code 1.139.1. */
export const EMBEDDED_VERSION = '4.139.1';

/** What keeps a fresh window quiet; nothing that changes how extensions run. */
export const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  // A desktop's default: in a browser VS Code would save by itself after a second.
  'files.autoSave': 'off',
};

/**
 * @param {string} root of the repository
 * @param {string} [version] of code-server
 */
export function embeddedFolder(root, version = EMBEDDED_VERSION) {
  return join(root, '.embedded', `code-server-${version}`);
}

/**
 * Installs an embedded VS Code where there is none yet; a broken-off attempt leaves none behind.
 * @param {string} root
 * @param {string} [version]
 */
export async function installEmbedded(root, version = EMBEDDED_VERSION) {
  const target = embeddedFolder(root, version);
  if (existsSync(target)) return;
  mkdirSync(join(root, '.embedded'), { recursive: true });
  const attempt = mkdtempSync(join(root, '.embedded/installing-'));
  try {
    writeFileSync(join(attempt, 'package.json'), '{"private":true}\n');
    const vscode = join(attempt, 'node_modules/code-server/lib/vscode');
    for (const [cwd, ...what] of [
      [attempt, `code-server@${version}`],
      [vscode, '--omit=dev'],
      [join(vscode, 'extensions'), '--omit=dev'],
    ]) {
      await npm(['install', ...what, '--ignore-scripts', '--no-save', '--loglevel=error'], {
        cwd,
        env: toolsEnv(root),
        log: join(root, '.embedded/npm.log'),
      });
    }
    replaceNatives(vscode);
    if (!existsSync(target)) renameSync(attempt, target);
  } finally {
    rmSync(attempt, { recursive: true, force: true });
  }
}

/**
 * @typedef {object} Profile
 * @property {string} root
 * @property {string} userData folder of settings, state and logs
 * @property {string} extensions folder of installed extensions
 * @property {string} [version] of code-server
 */

/** @param {Profile} profile */
function command({ root, userData, extensions, version }) {
  mkdirSync(userData, { recursive: true });
  mkdirSync(extensions, { recursive: true });
  const config = join(userData, 'code-server.yaml');
  if (!existsSync(config)) writeFileSync(config, 'auth: none\n');
  const entry = join(embeddedFolder(root, version), 'node_modules/code-server/out/node/entry.js');
  return [entry, '--config', config, '--user-data-dir', userData, '--extensions-dir', extensions];
}

/** Settings of a surrounding VS Code, npm or test runner are not for the one that is started. */
function cleanEnv() {
  const foreign =
    /^(npm_|VSCODE_|CODE_SERVER_|ELECTRON_|VITEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$|TEST$|DEV$|PROD$|PORT$|(HASHED_)?PASSWORD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Releases before 4.133 want Node 22, whose program AGENT_CACHE_E2E_NODE names. */
const hostNode = (profile) => process.env.AGENT_CACHE_E2E_NODE ?? nodeOf(profile.root);

/**
 * @param {Profile} profile
 * @param {string} vsix
 */
export async function installExtension(profile, vsix) {
  const args = [...command(profile), '--install-extension', vsix, '--force'];
  const { code, output } = await run(hostNode(profile), args, { env: cleanEnv(), limit: 120_000 });
  if (code !== 0 || !/successfully installed/.test(output)) {
    throw new Refusal(`VS Code did not take ${vsix}: ${output.trim().split('\n').at(-1)}`);
  }
}

/**
 * Starts the embedded VS Code and waits until it answers.
 * @param {Profile} profile
 * @param {{port: number, folder: string, env?: Record<string, string>}} options
 */
export async function startEmbedded(profile, { port, folder, env }) {
  const flags = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
  const bind = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`];
  const child = spawn(hostNode(profile), [...command(profile), ...bind, ...flags, folder], {
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-20_000);
    });
  }
  const exited = new Promise((resolve) => child.on('exit', resolve).on('error', resolve));
  const abandon = () => endGroup(child, 'SIGKILL');
  process.once('exit', abandon);
  const stop = async () => {
    endGroup(child, 'SIGTERM');
    const stubborn = setTimeout(() => endGroup(child, 'SIGKILL'), 5_000);
    await exited;
    clearTimeout(stubborn);
    abandon();
    process.off('exit', abandon);
  };
  const origin = `http://127.0.0.1:${port}`;
  try {
    await answering(`${origin}/healthz`, exited, () => output);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `${origin}/?folder=${encodeURI(folder)}`,
    pid: child.pid,
    exited,
    stop,
    output: () => output,
  };
}

async function answering(url, exited, output) {
  let over = false;
  exited.then(() => {
    over = true;
  });
  const end = Date.now() + 90_000;
  while (Date.now() < end) {
    if (over) throw new Refusal(`VS Code ended at once: ${output().trim().split('\n').at(-1)}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Refusal('VS Code did not answer within 90 s');
}

/**
 * @param {number} port 0 for any
 * @returns {Promise<number | undefined>} the port if it is free on 127.0.0.1
 */
export function freePort(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const { port: found } = probe.address();
      probe.close(() => resolve(found));
    });
  });
}
