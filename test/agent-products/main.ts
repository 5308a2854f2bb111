// npm run products -- --install DIR [--proxy]
// Agents that people use, run against the built bridge; installed from npm into DIR, asking a stand-in for a model;
// with --proxy through the caching proxy, three times in the same project, and it is told how often the model was asked.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type Headless, startHeadless } from '../agent-session/headless.ts';
import { type Model, startModel } from './model.ts';
import { PLAN } from './plan.ts';
import { type AgentProduct, PRODUCTS, type Stage } from './products.ts';

const { values } = parseArgs({
  options: { install: { type: 'string' }, proxy: { type: 'boolean', default: false } },
});
if (values.install === undefined)
  throw new Error('--install DIR is missing: where the agents are installed.');
const modules = join(values.install, 'node_modules');
const missing = PRODUCTS.filter(({ package: name }) => !existsSync(join(modules, name)));
if (missing.length > 0) {
  mkdirSync(values.install, { recursive: true });
  const names = missing.map(({ package: name }) => name);
  execFileSync('npm', ['install', '--prefix', values.install, '--no-audit', '--no-fund', ...names], {
    stdio: 'inherit',
  });
}

const model = await startModel();
const folder = mkdtempSync(join(tmpdir(), 'agent-products-'));
const root = plant(join(folder, 'project'));
const bridge = {
  command: process.execPath,
  args: [
    new URL('../../dist/bridge.js', import.meta.url).pathname,
    ...['--workspace', root, '--storage', join(folder, 'storage')],
  ],
  env: {},
};
const server = values.proxy ? await startProxy() : undefined;
const models = server
  ? {
      openai: `${server.url}/openai/~${server.token}/v1`,
      anthropic: `${server.url}/anthropic/~${server.token}`,
    }
  : { openai: `${model.url}/v1`, anthropic: model.url };
try {
  for (const product of PRODUCTS) {
    const stage = { root, home: mkdtempSync(join(folder, 'home-')), bridge, ...models };
    let wrong = await run(product, stage, model);
    let told = '';
    if (server && wrong === undefined) {
      const asked = [model.asked()];
      // The second time the tools say that they had the answers, and the third they say so again.
      for (let again = 0; again < 2 && wrong === undefined; again++) {
        wrong = await run(product, stage, model, true);
        asked.push(model.asked());
      }
      told = `, the model was asked ${asked.join(', ')} times`;
    }
    const { version } = JSON.parse(readFileSync(join(modules, product.package, 'package.json'), 'utf8'));
    console.log(
      `${wrong === undefined ? '✓' : '✗'} ${product.name} ${version}${wrong ? `: ${wrong}` : told}`,
    );
    if (wrong !== undefined) process.exitCode = 1;
  }
} finally {
  await server?.stop();
  model.close();
  rmSync(folder, { recursive: true, force: true });
}

/** What went wrong; undefined when the agent used every tool and its last answer came from the cache. */
async function run(
  product: AgentProduct,
  stage: Stage,
  { forget, last }: Model,
  again = false,
): Promise<string | undefined> {
  for (const [path, text] of Object.entries(product.files(stage))) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  forget();
  const env = { PATH: process.env.PATH, HOME: stage.home, ...product.env(stage) };
  const options = { cwd: stage.root, env, timeout: 120_000 };
  const running = promisify(execFile)(join(modules, product.program), [...product.args(stage)], options);
  running.child.stdin?.end();
  const failed = await running.then(
    () => '',
    (error: Error) => ` ${error.message}`,
  );
  if (again) return failed === '' ? undefined : failed;
  const results = last()?.results ?? [];
  if (results.length < PLAN.length) return `${results.length} of ${PLAN.length} tools were used.${failed}`;
  const said = results.at(-1)?.replaceAll('\\', '') ?? '';
  return said.includes('"hit":true') ? undefined : `asked again, it was no hit: ${said.slice(0, 500)}`;
}

/** The built server with its doors to the stand-in. */
function startProxy(): Promise<Headless> {
  const to = `${model.url}/v1`;
  const policies = join(folder, 'policies.json');
  writeFileSync(policies, JSON.stringify({ namespaces: { response: { sampled: true } } }));
  const doors = ['--proxy-openai', to, '--proxy-anthropic', to, '--policies', policies];
  return startHeadless(root, join(folder, 'storage'), doors);
}

function plant(path: string): string {
  mkdirSync(join(path, 'src'), { recursive: true });
  writeFileSync(join(path, 'src/a.ts'), "import { b } from './b.ts';\nexport const total = () => b(2);\n");
  writeFileSync(join(path, 'src/b.ts'), 'export const b = (n: number) => n * 2;\n');
  execFileSync('git', ['init', '--quiet', path]);
  return path;
}
