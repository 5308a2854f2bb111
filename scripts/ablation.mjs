import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import { ABLATIONS, CASES } from './ablations.mjs';
import { seconds } from './steps.mjs';

/**
 * Proves that the cases of freshness can fail: takes out one kind of input or one rule of safety at a
 * time, by an edit of the source as the tests load it, and expects the case about it to be red. Prints
 * what turned red. Exit code 1 when something was not missed, or when the whole suite is not green.
 *
 *   node scripts/ablation.mjs            all
 *   node scripts/ablation.mjs racy kind  only these
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const WHOLE = 'nothing';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !ABLATIONS.some((ablation) => ablation.name === name));
if (unknown.length) fail(`There is no ablation ${unknown.join(', ')}.`);
const chosen = ABLATIONS.filter(({ name }) => !wanted.length || wanted.includes(name));
for (const ablation of chosen) edited(ablation, readFileSync(join(root, ablation.file), 'utf8'));

/** Ablations whose file was loaded, and so edited. */
const applied = new Set();
const began = Date.now();
const results = await runAll();
const lines = chosen.map((ablation) => verdict(ablation, results.get(ablation.name)));
if (!wanted.length) lines.unshift(verdictOnWhole(results.get(WHOLE)));
for (const { line } of lines) console.log(line);
const bad = lines.filter(({ ok }) => !ok);
console.log(`${lines.length} runs, ${bad.length} not as they should be, ${seconds(Date.now() - began)}`);
process.exit(bad.length ? 1 : 0);

/** The source with the edit; it is an error when the source is another by now. */
function edited({ name, file, find, replace }, source) {
  const parts = source.split(find);
  if (parts.length !== 2)
    fail(`${name}: ${file} has ${parts.length - 1} times, not once, what is to be edited:\n${find}`);
  return parts.join(replace);
}

/** All in one vitest: a project for each ablation, which differs from the others by one edit. */
async function runAll() {
  const whole = { name: WHOLE, include: [`${CASES}/*.test.ts`] };
  const projects = chosen.map((ablation) => {
    const include = ablation.cases.map((file) => `${CASES}/${file}.test.ts`);
    return project({ name: ablation.name, include }, [plugin(ablation)]);
  });
  if (!wanted.length) projects.unshift(project(whole, []));
  const reporters = [progress()];
  const vitest = await createVitest('test', { config: false, root, watch: false, reporters, projects });
  try {
    const specifications = await vitest.globTestSpecifications();
    await vitest.runTestSpecifications(specifications, true);
    return collected(vitest.state.getTestModules());
  } finally {
    await vitest.close();
  }
}

/** On a terminal, how far it is. */
function progress() {
  let done = 0;
  let total = 0;
  return {
    onTestRunStart: (specifications) => {
      total = specifications.length;
    },
    onTestModuleEnd: () => {
      done += 1;
      if (process.stderr.isTTY)
        process.stderr.write(`\r${done} of ${total} files${done === total ? '\n' : ''}`);
    },
  };
}

function project({ name, include }, plugins) {
  // Kept, what was loaded with an edit would come back in a later run, the edit being another one by then.
  const fsModuleCache = plugins.length === 0;
  return {
    root,
    plugins,
    test: { name, include, environment: 'node', testTimeout: 30_000, maxWorkers: 2, fsModuleCache },
  };
}

function plugin(ablation) {
  const file = join(root, ablation.file);
  return {
    // Vitest shares what projects with plugins of the same names have transformed.
    name: `ablation of ${ablation.name}`,
    enforce: 'pre',
    transform(source, id) {
      if (id.split('?')[0] !== file) return undefined;
      applied.add(ablation.name);
      return { code: edited(ablation, source), map: null };
    },
  };
}

/** Of each project the names of its tests by outcome, and the files that did not even load. */
function collected(modules) {
  const results = new Map();
  for (const module of modules) {
    const { name } = module.project;
    const result = results.get(name) ?? { red: [], green: [], broken: [] };
    results.set(name, result);
    const errors = module.errors();
    if (errors.length) result.broken.push(`${module.moduleId}: ${errors[0].message}`);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') result.green.push(test.fullName);
      else if (state === 'failed') result.red.push(test.fullName);
    }
  }
  return results;
}

function verdict({ name, expects }, { red, green, broken }) {
  let wrong;
  if (broken.length) wrong = `does not load: ${broken[0]}`;
  else if (!applied.has(name)) wrong = 'was not loaded by any test';
  else if (!red.length) wrong = `was not missed by any of ${green.length} tests`;
  else if (!red.some((test) => test.includes(expects))) wrong = `was not missed by ${expects}`;
  else if (!green.length) wrong = 'left nothing green: is the edit a sound program?';
  const names = red.map((test) => `\n    ${test}`).join('');
  if (wrong) return { ok: false, line: `✗ ${name} ${wrong}${names}` };
  return { ok: true, line: `✓ ${name} → ${red.length} of ${red.length + green.length} tests red:${names}` };
}

function verdictOnWhole({ red, green, broken }) {
  const wrong = [...broken, ...red];
  const ok = wrong.length === 0 && green.length > 0;
  const names = wrong.map((what) => `\n    ${what}`).join('');
  return {
    ok,
    line: `${ok ? '✓' : '✗'} nothing taken out → ${red.length} of ${red.length + green.length} tests red${names}`,
  };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
