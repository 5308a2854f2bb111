// npm run screenshots
// Pictures of every section for the docs, from the real VS Code: media/docs/*.png; and of the whole
// window: media/cache-explorer.png. Two agents work on a copy of this repository, so that the figures
// are what use gives; models and transcripts are stand-ins.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../e2e/driver/launch.ts';
import { Camera } from './camera.ts';
import { useCache } from './day.ts';
import { startProvider } from './provider.ts';
import { homeOf, writeTranscripts } from './transcripts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'agent-cache-pictures-'));
const workspace = join(folder, 'agent-cache-explorer');
mkdirSync(workspace);
execFileSync(
  'sh',
  ['-c', 'git archive HEAD src webview docs package.json README.md | tar -x -C "$0"', workspace],
  {
    cwd: root,
  },
);
const home = join(folder, 'home');
await writeTranscripts(home, Date.now());
const provider = await startProvider();
const workbench = await launch({
  workspace,
  viewport: { width: 1100, height: 720 },
  env: homeOf(home),
  settings: {
    'agentCache.warm.onStartup': false,
    'agentCache.namespaces': {
      result: { ttl: '30 min' },
      response: { strategy: 'semantic' },
      tool: { entries: 100, eviction: 'lru', levels: ['memory'] },
    },
  },
});
try {
  // Of the machine: what reads transcripts or sends questions elsewhere is in no other settings.
  workbench.settings({
    'agentCache.proxy.enabled': true,
    'agentCache.proxy.openai.upstream': provider.url,
    'agentCache.proxy.anthropic.upstream': provider.url,
    'agentCache.providerCache.enabled': true,
  });
  await useCache(workbench);
  const camera = await Camera.open(workbench, join(root, 'media'));
  await camera.takeAll();
} finally {
  await workbench.close();
  provider.close();
  rmSync(folder, { recursive: true, force: true });
}
