// Makes the VSIX: node scripts/package.mjs
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeOf, toolsEnv } from './packages.mjs';
import { Refusal, run } from './run.mjs';

const SIZE_LIMIT = 4 * 1024 * 1024;
const SOURCES = [
  'src',
  'webview',
  'media',
  'scripts/build.mjs',
  'scripts/notices.mjs',
  'scripts/package.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

/** @param {string} root */
export function vsixFile(root) {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, `${name}-${version}.vsix`);
}

/** Whether the VSIX was made from the sources as they are now. */
export function vsixIsCurrent(root) {
  const stamp = stampFile(root);
  return existsSync(vsixFile(root)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesHash(root);
}

/** @param {string} root */
export async function build(root, ...flags) {
  const { code, output } = await tool(root, 'scripts/build.mjs', ...flags);
  if (code !== 0) throw new Refusal(`the build failed:\n${output.trim()}`);
  return output;
}

/**
 * Packs dist/ into the VSIX. A warning counts as a failure: each is something its users would see.
 * @param {string} root
 * @returns {Promise<{file: string, bytes: number}>}
 */
export async function pack(root) {
  const hash = sourcesHash(root);
  const file = vsixFile(root);
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const { code, output } = await tool(
    root,
    'node_modules/@vscode/vsce/vsce',
    'package',
    ...flags,
    '--out',
    file,
  );
  if (code !== 0 || /\bWARN(ING)?\b/.test(output))
    throw new Refusal(`vsce package failed:\n${output.trim()}`);
  const bytes = statSync(file).size;
  if (bytes >= SIZE_LIMIT) throw new Refusal(`the VSIX has ${bytes} bytes, ${SIZE_LIMIT} are the limit`);
  mkdirSync(join(root, '.embedded'), { recursive: true });
  writeFileSync(stampFile(root), hash);
  return { file, bytes };
}

function tool(root, script, ...args) {
  return run(nodeOf(root), [join(root, script), ...args], { cwd: root, env: toolsEnv(root), limit: 300_000 });
}

/** What the VSIX that is there was made from. */
export function vsixHash(root) {
  return readFileSync(stampFile(root), 'utf8');
}

function stampFile(root) {
  return join(root, '.embedded/vsix.sha256');
}

function sourcesHash(root) {
  const hash = createHash('sha256');
  const add = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(join(path, name));
    } else {
      hash.update(`${path}\0`).update(readFileSync(full));
    }
  };
  for (const path of SOURCES) add(path);
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  try {
    await build(root);
    const { file, bytes } = await pack(root);
    console.log(`${file} (${(bytes / 1024 / 1024).toFixed(2)} MB)`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
