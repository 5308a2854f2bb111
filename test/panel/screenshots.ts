// npm run screenshots
// Pictures of every section for the docs, from the real VS Code: media/docs/*.png.
// Two agents work on a copy of this repository, so that the figures are what use gives.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../e2e/driver/launch.ts';
import { Camera } from './camera.ts';
import { useCache } from './day.ts';

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
const workbench = await launch({
  workspace,
  viewport: { width: 1100, height: 720 },
  settings: {
    'agentCache.warm.onStartup': false,
    'workbench.activityBar.location': 'hidden',
    'workbench.layoutControl.enabled': false,
    'window.commandCenter': false,
    'agentCache.namespaces': {
      result: { ttl: '30 min' },
      tool: { entries: 100, eviction: 'lru', levels: ['memory'] },
    },
  },
});
try {
  await useCache(workbench);
  const camera = await Camera.open(workbench, join(root, 'media/docs'));
  await camera.takeAll();
} finally {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
}
