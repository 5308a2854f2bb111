import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import {
  freePort,
  installEmbedded,
  installExtension,
  type Profile,
  QUIET_SETTINGS,
  startEmbedded,
} from '../../../scripts/embedded.mjs';
import { vsixFile } from '../../../scripts/package.mjs';
import { findProgram } from '../../../scripts/run.mjs';
import { Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface LaunchOptions {
  /** Folder to open; it is used in place, so give a copy of a fixture. */
  readonly workspace: string;
  /** User settings on top of those that keep a fresh window quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** VSIX files to install; by default the one that `npm run package` makes. */
  readonly extensions?: readonly string[];
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Environment of the extension host on top of this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Release of code-server; by default the one `npm start` uses. */
  readonly version?: string;
  /** Puts something into the folder where the extension keeps what outlives its windows, before VS Code starts. */
  readonly prepare?: (globalStorage: string) => Promise<void>;
}

/** Starts a VS Code of its own (empty profile, only the given extensions) and a browser that shows it. */
export async function launch(options: LaunchOptions): Promise<Workbench> {
  const version = options.version ?? process.env.AGENT_CACHE_E2E_VERSION;
  await installEmbedded(root, version);
  const home = mkdtempSync(join(tmpdir(), 'agent-cache-e2e-'));
  const profile: Profile = {
    root,
    userData: join(home, 'user-data'),
    extensions: join(home, 'extensions'),
    ...(version && { version }),
  };
  // VS Code in a browser follows changes of the machine's settings file, but not of the user's.
  const changingSettings = join(profile.userData, 'Machine/settings.json');
  for (const folder of ['User', 'Machine']) mkdirSync(join(profile.userData, folder), { recursive: true });
  writeFileSync(changingSettings, '{}');
  writeFileSync(
    join(profile.userData, 'User/settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...DARK, ...options.settings }, null, 2),
  );

  const globalStorage = join(profile.userData, 'User/globalStorage', EXTENSION_ID);
  const undo: (() => Promise<unknown> | undefined)[] = [async () => rmSync(home, REMOVE)];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    await options.prepare?.(globalStorage);
    for (const vsix of options.extensions ?? [vsixFile(root)]) await installExtension(profile, vsix);
    const port = await freePort(0);
    if (port === undefined) throw new Error('no free port on 127.0.0.1');
    const server = await startEmbedded(profile, {
      port,
      folder: options.workspace,
      // No marketplace: a test reaches nothing but this machine.
      env: { EXTENSIONS_GALLERY: '{}', ...options.env },
    });
    undo.push(() => server.stop());
    const browser = await openBrowser();
    undo.push(() => browser.close());
    // Not a page alone: axe-core opens another one beside it.
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    const shown: string[] = [];
    page.on('console', (message) => shown.push(`[${message.type()}] ${message.text()}`));
    page.on('pageerror', (error) => shown.push(`[uncaught] ${error.stack ?? error.message}`));
    const workbench = new Workbench({
      page,
      url: server.url,
      workspace: options.workspace,
      settingsFile: changingSettings,
      globalStorage,
      artifacts: join(root, 'artifacts'),
      close,
      keepLogs: (folder) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'browser-console.log'), shown.join('\n'));
        writeFileSync(join(folder, 'server.log'), server.output());
        cpSync(join(profile.userData, 'logs'), join(folder, 'logs'), {
          recursive: true,
          filter: (file) => !basename(file).startsWith('network'),
        });
      },
    });
    await workbench.open();
    return workbench;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Publisher and name. */
const EXTENSION_ID = 'agent-cache-explorer.agent-cache-explorer';
const DARK = { 'window.autoDetectColorScheme': false, 'workbench.colorTheme': 'Dark Modern' };
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 } as const;

function openBrowser(): Promise<Browser> {
  const executablePath = findProgram('chromium', 'chromium-browser', 'google-chrome');
  if (!executablePath) throw new Error('chromium is not installed: apt-get install chromium');
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
}
