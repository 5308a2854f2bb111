/** Builds the page as the extension does and serves it on 127.0.0.1 under the extension's policy. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.ttf': 'font/ttf',
};

/** The script and the styles of each page, without their endings. */
const PAGES: Readonly<Record<string, string>> = { '/': 'webview', '/figures': 'figures-page' };

export interface Harness {
  readonly url: string;
  /** Bytes of each built file, minified. */
  readonly sizes: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** @param port 0 for any free one */
export async function startHarness(port = 0): Promise<Harness> {
  const files = await buildFiles();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const page = PAGES[pathname];
    if (page) {
      const nonce = randomBytes(16).toString('base64');
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.setHeader(
        'Content-Security-Policy',
        `default-src 'none'; style-src 'self'; font-src 'self'; script-src 'nonce-${nonce}'; img-src 'self' data:`,
      );
      response.end(html(nonce, page));
      return;
    }
    const file = files.get(pathname.slice(1));
    response.statusCode = file ? 200 : 404;
    response.setHeader('Content-Type', TYPES[extname(pathname)] ?? 'text/plain');
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}/`,
    sizes: Object.fromEntries([...files].map(([name, { length }]) => [name, length])),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function buildFiles(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      webview: 'webview/main.ts',
      'figures-page': `${here}figures-page.js`,
      'fake-vscode': `${here}fake-vscode.ts`,
    },
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'chrome130',
    outdir: '/harness',
    assetNames: '[name]',
    loader: { '.ttf': 'file' },
    define: { THEMES: readFileSync(`${here}themes.json`, 'utf8') },
    write: false,
  });
  const files = outputFiles.map(({ path, contents }) => [path.replace(/^.*[\\/]/, ''), contents] as const);
  return new Map([...files, ['vscode-defaults.css', readFileSync(`${here}vscode-defaults.css`)] as const]);
}

function html(nonce: string, page: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Cache Explorer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="vscode-defaults.css">
<link rel="stylesheet" href="${page}.css">
</head>
<body>
<script nonce="${nonce}" src="fake-vscode.js"></script>
<div id="app"></div>
<script nonce="${nonce}" src="${page}.js"></script>
</body>
</html>`;
}
