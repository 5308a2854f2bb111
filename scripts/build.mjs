// Bundles the extension into dist/: node scripts/build.mjs [--dev] [--watch] [--meta]
//
// A plain run makes what is packaged: minified, without source maps. `--dev` keeps names and adds
// source maps, `--watch` is `--dev` that rebuilds on change, `--meta` writes artifacts/build-meta.json.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import * as esbuild from 'esbuild';
import { writeNotices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const wasm = 'node_modules/@vscode/tree-sitter-wasm/wasm';
const languages = [
  'bash',
  'c-sharp',
  'cpp',
  'css',
  'go',
  'java',
  'javascript',
  'php',
  'python',
  'ruby',
  'rust',
  'tsx',
  'typescript',
];

const { values: options } = parseArgs({
  options: { dev: { type: 'boolean' }, watch: { type: 'boolean' }, meta: { type: 'boolean' } },
});
const dev = Boolean(options.dev || options.watch);

/** @type {esbuild.BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  outdir: 'dist',
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': dev ? '"development"' : '"production"' },
};

/** @type {esbuild.BuildOptions} */
const node = { ...shared, platform: 'node', target: 'node22', external: ['vscode'] };

// `import.meta.url` finds the workers and grammars beside the bundle, so it has to mean the same in
// CommonJS; ES modules in turn get what bundled CommonJS packages expect to find.
const bundles = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: { js: "const __bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
    define: { ...shared.define, 'import.meta.url': '__bundleUrl' },
  },
  // What both have in common is most of them: it is packaged once.
  {
    ...esModule({ headless: 'src/headless.ts', bridge: 'src/bridge.ts' }, '#!/usr/bin/env node\n'),
    splitting: true,
  },
  esModule({
    'parse-worker': 'src/analysis/parse/parse-worker.ts',
    'sqlite-worker': 'src/cache/stores/sqlite-worker.ts',
    'fingerprint-worker': 'src/freshness/fingerprint-index/fingerprint-worker.ts',
    'secrets-worker': 'src/cache/sensitive/secrets-worker.ts',
    'prices-worker': 'src/answers/prices/prices-worker.ts',
    'shared-store': 'src/cache/shared/open.ts',
  }),
  { ...node, entryPoints: { tokenizer: 'src/analysis/tokens/tokenizer.ts' }, format: 'esm' },
  {
    ...shared,
    entryPoints: { webview: 'webview/main.ts' },
    platform: 'browser',
    format: 'iife',
    target: 'chrome130',
    assetNames: '[name]',
    loader: { '.ttf': 'file', '.svg': 'dataurl' },
  },
];

/**
 * @param {Record<string, string>} entryPoints
 * @param {string} [firstLine]
 */
function esModule(entryPoints, firstLine = '') {
  const banner = [
    "import{createRequire as __createRequire}from'node:module';",
    "import{fileURLToPath as __toPath}from'node:url';",
    'const require=__createRequire(import.meta.url);',
    "const __bundleFile=__toPath(import.meta.url),__bundleDir=__toPath(new URL('.',import.meta.url));",
  ];
  return {
    ...node,
    entryPoints,
    format: 'esm',
    banner: { js: firstLine + banner.join('') },
    define: { ...shared.define, __filename: '__bundleFile', __dirname: '__bundleDir' },
  };
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
copyGrammars();
const metas = [];
for (const bundle of bundles) {
  const present = withPresentEntries(bundle);
  if (!present) continue;
  if (options.watch) await (await esbuild.context(present)).watch();
  else metas.push((await esbuild.build(present)).metafile);
}
if (options.watch) {
  console.log('watching src/ and webview/ (Ctrl-C ends)');
} else {
  writeNotices(root, metas, ['@vscode/tree-sitter-wasm', '@vscode/codicons']);
  if (options.meta) writeMeta();
  packTokenizer();
}

/**
 * While a part is still being written a development build goes without it; a packaged one never does.
 * @param {esbuild.BuildOptions} bundle
 */
function withPresentEntries(bundle) {
  const entries = Object.entries(bundle.entryPoints);
  const missing = entries.filter(([, file]) => !existsSync(join(root, file)));
  for (const [, file] of missing) {
    if (!dev) throw new Error(`${file} is missing`);
    console.warn(`warning: ${file} is missing, built without it`);
  }
  if (missing.length === entries.length) return undefined;
  return { ...bundle, entryPoints: Object.fromEntries(entries.filter((entry) => !missing.includes(entry))) };
}

/** A ZIP file packs the tokenizer and the grammars half as well; the best quality would take a minute for a tenth. */
function pack(file) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const bytes = readFileSync(file);
  const params = {
    [BROTLI_PARAM_LGWIN]: 24,
    [BROTLI_PARAM_SIZE_HINT]: bytes.length,
    [BROTLI_PARAM_QUALITY]: 9,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  rmSync(file);
}

function packTokenizer() {
  const file = join(root, 'dist/tokenizer.js');
  if (!dev && existsSync(file)) pack(file);
}

function copyGrammars() {
  const to = join(root, 'dist/grammars');
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const name of ['tree-sitter', ...languages.map((language) => `tree-sitter-${language}`)]) {
    const file = join(to, `${name}.wasm`);
    copyFileSync(join(root, wasm, `${name}.wasm`), file);
    if (!dev) pack(file);
  }
}

/** Sizes in bytes: of every bundle, and of what each took from every package or room. */
function writeMeta() {
  const outputs = {};
  for (const [file, output] of metas.flatMap((meta) => Object.entries(meta.outputs))) {
    const parts = {};
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const part = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/', 2).join('/');
      parts[part] = (parts[part] ?? 0) + bytesInOutput;
    }
    const bySize = Object.entries(parts).sort(([, a], [, b]) => b - a);
    outputs[basename(file)] = {
      bytes: statSync(join(root, file)).size,
      parts: Object.fromEntries(bySize),
    };
  }
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  writeFileSync(join(root, 'artifacts/build-meta.json'), `${JSON.stringify(outputs, null, 2)}\n`);
  for (const [file, { bytes }] of Object.entries(outputs))
    console.log(`${file} ${(bytes / 1024).toFixed(0)} KB`);
}
