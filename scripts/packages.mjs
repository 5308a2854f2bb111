import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Refusal, run } from './run.mjs';

/**
 * Whether node_modules holds what package-lock.json names, as npm's own record of it says.
 * @param {string} root of the repository
 */
export function packagesAreCurrent(root) {
  const installed = readLock(join(root, 'node_modules/.package-lock.json'));
  const wanted = readLock(join(root, 'package-lock.json'));
  if (!installed || !wanted) return false;
  const stale = Object.entries(wanted).some(
    ([path, { version, optional }]) => path !== '' && !optional && installed[path]?.version !== version,
  );
  return !stale && existsSync(nodeOf(root));
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/**
 * Installs exactly what package-lock.json names. Not with `npm ci`: that refuses a lock file that was
 * written where a registry offers the optional packages of some platforms only.
 * @param {string} root
 * @param {string} log
 */
export async function installPackages(root, log) {
  const { devDependencies, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const locked = readLock(join(root, 'package-lock.json'))?.[''];
  if (
    !isDeepStrictEqual(devDependencies, locked?.devDependencies) ||
    !isDeepStrictEqual(dependencies, locked?.dependencies)
  ) {
    throw new Refusal('package-lock.json does not match package.json: run npm install, and commit both');
  }
  await npm(['install', '--no-save', '--loglevel=error'], { cwd: root, log });
}

/** The Node that the project's tools and its embedded VS Code run on, whatever the machine has. */
export function nodeOf(root) {
  return join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * The environment with the project's Node and tools first on the PATH.
 * @param {string} root
 */
export function toolsEnv(root) {
  return { ...process.env, PATH: join(root, 'node_modules/.bin') + delimiter + process.env.PATH };
}

/**
 * Runs npm; what it prints is kept in `log`.
 * @param {string[]} args
 * @param {{cwd: string, log: string, env?: NodeJS.ProcessEnv}} options
 * @throws {Refusal} one line that says what failed and how to get on
 */
export async function npm(args, { cwd, log, env }) {
  mkdirSync(dirname(log), { recursive: true });
  // Without network npm would try for minutes, package by package, before it says so.
  const { output: answer } = await run('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=20000'], {
    cwd,
    env,
  });
  if (unreachable(answer)) throw new Refusal(npmFailure('ping', answer, log));
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--no-update-notifier'];
  const { code, output } = await run('npm', [...args, ...quiet], { cwd, env });
  writeFileSync(log, output);
  if (code !== 0) throw new Refusal(diskIsFull(cwd) ? DISK_FULL : npmFailure(args[0], output, log));
}

const DISK_FULL = 'The disk is full: free about 1.5 GB and run this again';

/** What runs inside npm fails in many ways for want of space, some of them without naming it. */
function diskIsFull(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < 16 * 1024 * 1024;
}

const NETWORK_FAILURE =
  /npm error code (ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR)$/m;

/** The code of the network's failure that npm reports, if it is one. */
function unreachable(output) {
  return NETWORK_FAILURE.exec(output)?.[1];
}

/** What an npm that failed wants its user to know, in one line. */
function npmFailure(verb, output, log) {
  const code = /npm error code (\S+)/.exec(output)?.[1] ?? '';
  if (output.includes('ENOSPC')) return DISK_FULL;
  if (unreachable(output)) {
    const host = /https?:\/\/[^/\s]+/.exec(output)?.[0] ?? 'its registry';
    return `npm cannot reach ${host} (${code}): check the network or npm's proxy and registry settings, then run this again.`;
  }
  const reasons = output.match(/(?<=^npm error )(?!code |A complete log|errno|syscall|path |command ).+$/gm);
  return `npm ${verb} failed${code && ` (${code})`}: ${reasons?.find((line) => line.includes('Error')) ?? reasons?.[0] ?? 'no reason given'} — its whole output is in ${log}`;
}
