import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  embeddedFolder,
  freePort,
  installEmbedded,
  installExtension,
  QUIET_SETTINGS,
  startEmbedded,
} from './embedded.mjs';
import { build, pack, vsixFile, vsixHash, vsixIsCurrent } from './package.mjs';
import { installPackages, packagesAreCurrent } from './packages.mjs';
import { endRunning, findProgram, Refusal, run, whenOrphaned } from './run.mjs';
import { refuse, steps } from './steps.mjs';

const HELP = `Starts VS Code with Agent Cache Explorer in it.

  npm start                     opens this repository
  npm start -- FOLDER           opens FOLDER

Where a desktop VS Code is installed and a display is there, that one is used, with a profile of its
own. Otherwise an embedded VS Code is installed into .embedded/ once (about 650 MB) and served to a
browser on this machine only. Ctrl-C ends it.

Options:
  --port N      port of the embedded VS Code (default: 8765 or, where that is taken, the next free one)
  --embedded    use the embedded VS Code even where there is a desktop one
  --help        show this
`;
const DEFAULT_PORT = 8765;
const FIRST_RUN_BYTES = 1.5e9;
const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string[]} args after `npm start --` */
export async function main(args) {
  try {
    const options = readOptions(args);
    if (options.help) return console.log(HELP);
    await start(options);
  } catch (error) {
    refuse(error);
  }
}

function readOptions(args) {
  const { values, positionals } = parsed(args);
  if (values.help) return { help: true };
  if (positionals.length > 1) throw new Refusal('One folder can be opened, more were given: see --help');
  // npm runs this in the repository; a folder is meant relative to where npm was called.
  const folder = positionals[0] ? resolve(process.env.INIT_CWD ?? '.', positionals[0]) : resolve(root);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new Refusal(`There is no folder ${folder}`);
  if (!found.isDirectory()) throw new Refusal(`${folder} is a file, a folder is needed`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Refusal(`--port wants a number from 1 to 65535, not ${values.port}`);
  }
  return { folder, port, embedded: values.embedded ?? false };
}

function parsed(args) {
  const options = {
    port: { type: 'string' },
    embedded: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(`${error.message.split('. ')[0]}: see npm start -- --help`);
  }
}

async function start({ folder, port: wanted, embedded }) {
  const desktop = embedded ? undefined : desktopCode();
  // A port that is taken is said at once, not after a minute of installing.
  const port = desktop ? undefined : await choosePort(wanted);
  let stopping = false;
  let server;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    endRunning();
    await server?.stop();
    console.log('\nStopped.');
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  whenOrphaned(stop);
  try {
    await prepare(desktop);
    if (desktop) return await openDesktop(desktop, folder);
    server = await serve(folder, port);
    if (stopping) return await server.stop();
    await server.exited;
    if (!stopping) throw new Refusal(`VS Code ended by itself: ${server.output().trim().split('\n').at(-1)}`);
  } catch (error) {
    // What is ended on purpose fails on purpose.
    if (!stopping) throw error;
  }
}

let step;
const profile = (name) => ({
  root,
  userData: join(root, '.embedded', name, 'user-data'),
  extensions: join(root, '.embedded', name, 'extensions'),
});

/** Packages, the extension itself, and where needed the embedded VS Code. */
async function prepare(desktop) {
  step = steps(desktop ? 4 : 5);
  const target = embeddedFolder(root);
  const log = join(root, '.embedded/npm.log');
  if (!packagesAreCurrent(root) || (!desktop && !existsSync(target))) checkDisk();
  await step(
    'Installing packages',
    () => installPackages(root, log),
    packagesAreCurrent(root) && 'up to date',
  );
  const current = vsixIsCurrent(root);
  await step('Building the extension', () => build(root).then(() => pack(root)), current && 'up to date');
  if (!desktop) {
    const there = existsSync(target) && 'there already';
    await step('Installing an embedded VS Code', () => installEmbedded(root), there);
  }
}

async function serve(folder, port) {
  const own = profile('start');
  await addExtension(own, () => installExtension(own, vsixFile(root)));
  const server = await step('Starting VS Code', () => startEmbedded(own, { port, folder }));
  console.log(
    `\nAgent Cache Explorer runs in VS Code. Open this in a browser (Ctrl-C here ends it):\n\n${server.url}\n`,
  );
  return server;
}

async function openDesktop(code, folder) {
  const own = profile('desktop');
  // Chromium's sandbox refuses to run as root.
  const flags = ['--user-data-dir', own.userData, '--extensions-dir', own.extensions];
  if (process.getuid?.() === 0) flags.push('--no-sandbox');
  await addExtension(own, async () => {
    const { code: failed, output } = await run(code, [
      ...flags,
      '--install-extension',
      vsixFile(root),
      '--force',
    ]);
    if (failed) throw new Refusal(`VS Code did not take the extension: ${output.trim().split('\n').at(-1)}`);
  });
  await step('Opening VS Code', async () => {
    const window = spawn(code, [...flags, '--new-window', folder], { stdio: 'ignore', detached: true });
    await new Promise((opened, failed) => window.on('spawn', opened).on('error', failed));
    window.unref();
  });
}

/** Installs the VSIX where another one is installed, and seeds settings that a user may then change. */
async function addExtension(own, install) {
  const stamp = join(own.extensions, 'vsix.sha256');
  const hash = vsixHash(root);
  const current = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  const settings = join(own.userData, 'User/settings.json');
  if (!existsSync(settings)) {
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, `${JSON.stringify(QUIET_SETTINGS, null, 2)}\n`);
  }
  await step('Adding the extension to it', install, current && 'up to date');
  writeFileSync(stamp, hash);
}

function desktopCode() {
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return display ? findProgram('code') : undefined;
}

/** @param {number | undefined} wanted */
async function choosePort(wanted) {
  if (wanted !== undefined) {
    if (await freePort(wanted)) return wanted;
    throw new Refusal(`Port ${wanted} is taken: choose another one with --port N`);
  }
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + 100; port++) {
    if (!(await freePort(port))) continue;
    if (port !== DEFAULT_PORT) console.log(`Port ${DEFAULT_PORT} is taken, using ${port}`);
    return port;
  }
  throw new Refusal(`Ports ${DEFAULT_PORT} to ${DEFAULT_PORT + 99} are taken: choose one with --port N`);
}

function checkDisk() {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize > FIRST_RUN_BYTES) return;
  const [free, needed] = [bavail * bsize, FIRST_RUN_BYTES].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`);
  throw new Refusal(`The disk is too full: the first start needs ${needed}, ${root} has ${free} free`);
}
