/** What two agents do in a window for a while: ask, edit, keep results, look up what is gone by then, ask models. */
import { join } from 'node:path';
import { claimStorage } from '../../src/engine/storage.ts';
import { type Connection, findServer } from '../../src/serve/connection-file.ts';
import { Agent } from '../agent-session/agent.ts';
import { edit, type Facts, task } from '../agent-session/work-day.ts';
import { until } from '../e2e/driver/until.ts';
import type { Workbench } from '../e2e/driver/workbench.ts';
import { Random } from '../support/fuzz/random.ts';
import { askModels } from './models.ts';

const AGENTS = ['claude-code', 'copilot'] as const;
const TASKS = 14;
const FACTS: Facts = {
  files: [
    'src/freshness/workspace-cache.ts',
    'src/engine/engine.ts',
    'src/cache/cache.ts',
    'src/insight/recorder.ts',
    'src/protocol.ts',
    'src/serve/routes.ts',
    'src/vscode/panel.ts',
    'webview/dom.ts',
    'webview/format.ts',
    'src/analysis/runner.ts',
    'src/freshness/tag-index.ts',
    'src/tools/catalog.ts',
  ],
  names: ['WorkspaceCache', 'Engine', 'Recorder', 'describe', 'Dependents', 'Policies', 'keyOf', 'snapshot'],
  words: ['invalidate', 'fingerprint', 'generation', 'tombstone', 'promote'],
};
const REVIEWS = ['security', 'tests', 'naming', 'performance'] as const;

/** Has the agents work, and some of what they kept expire, be evicted or invalidated. */
export async function useCache(workbench: Workbench): Promise<void> {
  const { workspace } = workbench;
  const server = await serverOf(workbench);
  const agents = await Promise.all(AGENTS.map((name) => Agent.connect(name, server.mcp, server.token)));
  const random = new Random(4);
  let edits = 0;
  try {
    for (let nth = 0; nth < TASKS; nth++) {
      const agent = agents[nth % agents.length] as Agent;
      for (const step of task(random, FACTS)) {
        if ('edit' in step) edit(workspace, step.edit, step.how, ++edits);
        else await agent.call(step.call, step.input);
      }
      await review(agent, FACTS.files[nth % FACTS.files.length] as string);
      await search(agent, nth);
    }
    const [first, second] = agents as [Agent, Agent];
    await first.call('invalidate', { tag: 'review/security' });
    for (const file of FACTS.files) await review(second, file);
    await expiring(first);
    for (let nth = 0; nth < 60; nth++) await search(second, nth);
    await askModels(server, workspace);
  } finally {
    await Promise.all(agents.map((agent) => agent.close()));
  }
}

/** Looks reviews of a file up, and keeps those that are not there. */
async function review(agent: Agent, file: string): Promise<void> {
  for (const of of REVIEWS) {
    const key = `result:review:${of}:${file}`;
    const { value } = await agent.call('lookup', { key });
    if (value.hit === true) continue;
    const text = `Nothing serious in ${file}. `.repeat(3 + of.length);
    await agent.call('store', { key, value: { of, text }, dependsOn: [file], tags: [`review/${of}`] });
  }
}

/** More different searches than their namespace has room for. */
async function search(agent: Agent, nth: number): Promise<void> {
  for (let page = 0; page < 30; page++) {
    const key = `tool:web_search:${nth % 5}:page-${page}`;
    const { value } = await agent.call('lookup', { key });
    if (value.hit !== true)
      await agent.call('store', { key, value: `Results ${page}`, tags: ['tool/web_search'] });
  }
}

async function expiring(agent: Agent): Promise<void> {
  const keys = Array.from({ length: 12 }, (_, nth) => `context:branch:feature-${nth}`);
  for (const key of keys) await agent.call('store', { key, value: 'ahead by 2', ttl: '1 s' });
  await until('they have expired', async () => {
    const { value } = await agent.call('lookup', { key: keys.at(-1) });
    return value.hit !== true;
  });
  for (const key of keys) await agent.call('lookup', { key });
}

/** The server of the window, started as a person does who connects an agent. */
async function serverOf(workbench: Workbench): Promise<Connection> {
  await workbench.runCommand('Agent Cache: Copy Agent Connection…');
  await workbench.quickPick('curl');
  await workbench.notification('can be pasted now');
  await workbench.dismissNotifications();
  const storage = await claimStorage(join(workbench.globalStorage, 'workspaces'), workbench.workspace);
  return until('the server has left word', () => findServer(storage));
}
