import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EMBEDDED_VERSION, embeddedFolder, installEmbedded } from './embedded.mjs';
import { endLeftovers, RUN_MARK } from './leftovers.mjs';
import { build, pack, vsixIsCurrent } from './package.mjs';
import { installPackages, nodeOf, packagesAreCurrent, toolsEnv } from './packages.mjs';
import { endRunning, findProgram, Refusal, run, whenOrphaned } from './run.mjs';
import { seconds } from './steps.mjs';
import { installPrograms } from './system-packages.mjs';
import { fetchValkey, withValkey } from './valkey.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const artifacts = join(root, 'artifacts');
const minutes = (count) => count * 60_000;

/** In the order in which they run; a check is one test more in the sum, a suite as many as it ran. */
const STAGES = {
  typecheck: () => check('typecheck', ['tsc', '-p', '.'], ['tsc', '-p', 'webview']),
  lint: () => check('lint', ['biome', 'ci', '--error-on-warnings', '--colors=off']),
  rooms: () =>
    check('rooms', ['depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'webview', 'test', 'scripts']),
  deadcode: () => check('deadcode', ['knip']),
  build: async () => ({ passed: 1, failed: 0, note: await buildSizes() }),
  package: packageStage,
  unit: () => suite('unit', minutes(15), 'unit*'),
  fuzz: () => suite('fuzz', minutes(20)),
  ablation: ablationStage,
  peers: () => suite('peers', minutes(5)),
  integration: () => suite('integration', minutes(15)),
  e2e: () => suite('e2e', minutes(30)),
};
const PROGRAMS = {
  integration: {
    'redis-server': 'redis-server',
    memcached: 'memcached',
    git: 'git',
    openssl: 'openssl',
    prometheus: 'prometheus',
  },
  e2e: { chromium: 'chromium' },
};
const HELP = `Runs everything, from installing packages to the last test in a real VS Code.

  npm test                        all stages
  npm test -- unit e2e            only these

Stages: ${Object.keys(STAGES).join(', ')}
Reports, logs and screenshots are left in artifacts/.
`;

/** @param {string[]} args names of stages; none for all */
export async function main(args) {
  if (args.includes('--help') || args.includes('-h')) return console.log(HELP);
  let total = { passed: 0, failed: 0 };
  const end = () => {
    console.log(`${total.passed} passed, ${total.failed} failed`);
    // Nothing may be printed after that line, whatever still hangs on.
    process.exit(total.failed ? 1 : 0);
  };
  const stop = () => {
    endRunning();
    endLeftovers();
    total = { ...total, failed: total.failed + 1 };
    end();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  whenOrphaned(stop);
  try {
    const unknown = args.filter((name) => !(name in STAGES));
    if (unknown.length) throw new Refusal(`There is no stage ${unknown.join(', ')}: see npm test -- --help`);
    const chosen = Object.keys(STAGES).filter((name) => !args.length || args.includes(name));
    mkdirSync(join(artifacts, 'logs'), { recursive: true });
    await prepare(chosen);
    const lines = [];
    for (const name of chosen) {
      const { passed, failed, line } = await runStage(name);
      total = { passed: total.passed + passed, failed: total.failed + failed };
      lines.push(line);
    }
    console.log(`\n${lines.join('\n')}\n`);
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    total = { ...total, failed: total.failed + 1 };
  }
  end();
}

/** Brings what the chosen stages need: packages, Debian's programs, the VSIX and VS Code. */
async function prepare(chosen) {
  const log = join(artifacts, 'logs/npm.log');
  if (!packagesAreCurrent(root)) await timed('packages', () => installPackages(root, log));
  const programs = Object.assign({}, ...chosen.map((name) => PROGRAMS[name] ?? {}));
  const missing = Object.keys(programs).filter((program) => !findProgram(program));
  const packages = missing.map((program) => programs[program]);
  if (packages.length)
    await timed('programs', () => installPrograms(packages, join(artifacts, 'logs/apt.log')));
  if (chosen.includes('integration')) {
    const why = await fetchValkey(root, join(artifacts, 'logs/valkey.log'));
    if (why) console.log(`no valkey-server, its tests are left out: ${why}`);
  }
  if (!chosen.includes('e2e')) return;
  if (!existsSync(embeddedFolder(root))) {
    await timed(`VS Code (code-server ${EMBEDDED_VERSION})`, () => installEmbedded(root));
  }
  if (!chosen.includes('package') && !vsixIsCurrent(root)) {
    await timed('extension', () => build(root).then(() => pack(root)));
  }
}

/** Logs and pipes want no colours, which some tools write unless they are told. */
function plainEnv() {
  const { FORCE_COLOR: _, ...env } = toolsEnv(root);
  return { ...env, NO_COLOR: '1' };
}

async function timed(what, work) {
  const began = Date.now();
  console.log(`preparing ${what} …`);
  await work();
  console.log(`preparing ${what}: ${seconds(Date.now() - began)}`);
}

async function runStage(name) {
  const began = Date.now();
  console.log(`\n── ${name}`);
  let result;
  try {
    result = await STAGES[name]();
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    result = { passed: 0, failed: 1, note: 'see above' };
  }
  const { passed, failed, note } = result;
  const verdict = failed ? 'FAILED' : 'ok';
  const line =
    `${name.padEnd(12)} ${verdict.padEnd(7)} ${seconds(Date.now() - began).padStart(7)}  ${note}`.trimEnd();
  console.log(line);
  return { passed, failed, line };
}

/** One or more commands that all have to end well; what they say matters only when they do not. */
async function check(name, ...commands) {
  let printed = '';
  for (const [tool, ...args] of commands) {
    const binary = join(root, 'node_modules/.bin', tool);
    const { code, output, timedOut } = await run(binary, args, {
      cwd: root,
      env: toolsEnv(root),
      limit: minutes(5),
    });
    printed += output;
    writeFileSync(join(artifacts, `logs/${name}.log`), printed);
    if (timedOut) throw new Refusal(`${tool} did not end within 5 minutes`);
    if (code !== 0) throw new Refusal(output.trim());
  }
  return { passed: 1, failed: 0, note: '' };
}

async function buildSizes() {
  return (await build(root, '--meta')).trim().split('\n').join(', ');
}

async function packageStage() {
  const { bytes } = await pack(root);
  return { passed: 1, failed: 0, note: `${(bytes / 1024 / 1024).toFixed(2)} MB` };
}

/** Each safety switched off in turn: one that no test misses has failed. */
async function ablationStage() {
  const { code, output, timedOut } = await run(nodeOf(root), [join(root, 'scripts/ablation.mjs')], {
    cwd: root,
    env: { ...plainEnv(), ...RUN_MARK },
    limit: minutes(10),
    echo: true,
  });
  writeFileSync(join(artifacts, 'logs/ablation.log'), output);
  const failed = code !== 0 || timedOut ? 1 : 0;
  return { passed: 1 - failed, failed, note: failed ? 'see above' : '' };
}

/** The tests of a vitest project, or of those that a pattern names. Its own JSON report says what was run; a suite that ran nothing has failed. */
async function suite(name, limit, project = name) {
  const report = join(artifacts, `${name}.json`);
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code, output, timedOut } = await run(
    nodeOf(root),
    [vitest, 'run', '--project', project, ...reporters],
    {
      cwd: root,
      env: { ...withValkey(root, process.stdout.isTTY ? toolsEnv(root) : plainEnv()), ...RUN_MARK },
      limit,
      echo: true,
    },
  );
  writeFileSync(join(artifacts, `logs/${name}.log`), output);
  const left = endLeftovers();
  const problems = [];
  if (timedOut) problems.push(`did not end within ${limit / minutes(1)} minutes`);
  if (left.length) problems.push(`left running: ${left.join(', ')}`);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  const passed = counts?.numPassedTests ?? 0;
  const skipped = (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
  let failed = counts?.numFailedTests ?? 0;
  if (passed + failed === 0) problems.push('ran no test');
  // A file that does not load, or an error outside all tests, fails the run without failing a test.
  else if (code !== 0 && failed === 0 && !timedOut) problems.push('an error outside its tests');
  failed += problems.length;
  const counted = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
  return { passed, failed, note: [counted, ...problems].join('; ') };
}
