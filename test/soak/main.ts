// npm run soak -- --repo PATH [--minutes 30] [--agents N] [--seed S]
// Agents, a client of the REST API and edits on one headless server for a while: memory, errors, staleness.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Agent } from '../agent-session/agent.ts';
import { factsOf } from '../agent-session/facts.ts';
import { startHeadless } from '../agent-session/headless.ts';
import { edit, task } from '../agent-session/work-day.ts';
import { Random } from '../support/fuzz/random.ts';
import { Heap, processorSeconds, resident } from './heap.ts';
import { HEADER, line, type Sample, verdict } from './report.ts';
import { RestClient } from './rest.ts';

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    minutes: { type: 'string', default: '30' },
    agents: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});
if (values.repo === undefined) throw new Error('--repo PATH is missing: a git repository.');

/** An agent thinks this long between two calls, ms. */
const PAUSE_MS = 250;
/** One task of so many is done by one agent alone, and each answer compared with the fresh one. */
const CHECKED = 12;
const MINUTE = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'agent-soak-'));
const root = join(folder, 'tree');
mkdirSync(root);
checkOut();
const nothing = join(folder, 'nothing-is-cached.json');
writeFileSync(nothing, JSON.stringify({ namespaces: { analysis: { enabled: false } } }));
const said: string[] = [];
let inspector: string | undefined;
const server = await startHeadless(root, join(folder, 'storage'), ['--warm-when-idle'], {
  node: ['--inspect=127.0.0.1:0'],
  log: (text) => {
    inspector ??= /ws:\/\/\S+/.exec(text)?.[0];
    if (!/ serving |^Debugger |^For help|^$/.test(text)) said.push(text);
  },
});
const fresh = await startHeadless(root, join(folder, 'other-storage'), ['--policies', nothing]);
const heap = await Heap.connect(inspector ?? '');
const random = new Random(Number(values.seed));
const ends = Date.now() + Number(values.minutes) * MINUTE;
const samples: Sample[] = [];
const stale: string[] = [];
let [calls, checked, edits, judged, hits] = [0, 0, 0, 0, 0];
/** Resolved unless an agent must have the workspace for itself. */
let alone: Promise<void> = Promise.resolve();
let busy = 0;

const facts = await factsOf(root, fresh.mcp, fresh.token);
const oracle = await Agent.connect('oracle', fresh.mcp, fresh.token);
const agents = await Promise.all(
  Array.from({ length: Number(values.agents) }, (_, i) =>
    Agent.connect(`soak-${i}`, server.mcp, server.token),
  ),
);
const rest = new RestClient(server, random, facts.files);
console.log(HEADER);
try {
  await Promise.all([...agents.map(work), askRest(), checkOutNowAndThen(), sample()]);
} finally {
  heap.close();
  await Promise.all([...agents, oracle].map((each) => each.close()));
  await Promise.all([server.stop(), fresh.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${verdict(samples)}`);
console.log(`${checked} answers compared with the fresh ones, ${stale.length} stale.`);
console.log(
  `${said.length} lines on standard error; ${rest.wrong.size} kinds of answers that should not be.`,
);
for (const text of [...stale, ...said.slice(0, 20)]) console.log(text);
for (const [what, times] of rest.wrong) console.log(`${times} × ${what}`);
process.exitCode = stale.length + said.length + rest.wrong.size > 0 ? 1 : 0;

async function work(agent: Agent): Promise<void> {
  for (let nth = 1; Date.now() < ends; nth++) {
    if (nth % CHECKED === 0) await aloneWith(() => oneTask(agent, true));
    else await oneTask(agent, false);
  }
}

async function oneTask(agent: Agent, check: boolean): Promise<void> {
  for (const step of task(random, facts)) {
    if (Date.now() > ends) return;
    if (!check) await alone;
    busy++;
    try {
      if ('edit' in step) edit(root, step.edit, step.how, ++edits);
      else await ask(agent, step.call, step.input, check);
    } finally {
      busy--;
    }
    await sleep(PAUSE_MS);
  }
}

async function ask(agent: Agent, tool: string, input: Readonly<Record<string, unknown>>, check: boolean) {
  const { value, hit } = await agent.call(tool, input);
  calls++;
  if (hit !== undefined) judged++;
  if (hit) hits++;
  if (!check) return;
  checked++;
  const right = await oracle.call(tool, input);
  const [one, other] = [JSON.stringify(value), JSON.stringify(right.value)];
  if (one !== other)
    stale.push(`${tool} ${JSON.stringify(input)}: ${one.slice(0, 300)} instead of ${other.slice(0, 300)}`);
}

/** Runs it while nobody else edits or asks. */
async function aloneWith(run: () => Promise<void>): Promise<void> {
  await alone;
  let free = () => {};
  alone = new Promise((resolve) => {
    free = resolve;
  });
  while (busy > 0) await sleep(10);
  try {
    await run();
  } finally {
    free();
  }
}

async function askRest(): Promise<void> {
  while (Date.now() < ends) {
    await rest.step();
    await sleep(PAUSE_MS / 10);
  }
}

/** Everything as it was committed, as after `git checkout .`: hundreds of files at once. */
async function checkOutNowAndThen(): Promise<void> {
  while (Date.now() < ends) {
    await sleep(Math.min(3 * MINUTE, Math.max(0, ends - Date.now())));
    await aloneWith(async () => checkOut());
  }
}

function checkOut(): void {
  execFileSync('sh', ['-c', 'git -C "$0" archive HEAD | tar -x -C "$1"', values.repo as string, root]);
}

interface Told {
  readonly entries: number;
  readonly levels: readonly { readonly level: string; readonly bytes: number }[];
}

async function sample(): Promise<void> {
  const began = Date.now();
  let [at, used] = [began, processorSeconds(server.pid)];
  while (Date.now() < ends) {
    await sleep(Math.min(MINUTE, Math.max(0, ends - Date.now())));
    const now = Date.now();
    const usedNow = processorSeconds(server.pid);
    const response = await fetch(`${server.url}/api/v1/cache/stats`, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    const { entries, levels } = (await response.json()) as Told;
    const values = levels.find(({ level }) => level === 'memory')?.bytes ?? 0;
    const one: Sample = {
      minute: (now - began) / MINUTE,
      resident: resident(server.pid),
      heap: await heap.live(),
      processor: (1000 * (usedNow - used)) / (now - at),
      ...{ calls, requests: rest.requests, edits, entries, values },
      hitRate: judged > 0 ? hits / judged : 0,
    };
    [at, used] = [now, usedNow];
    samples.push(one);
    console.log(line(one));
  }
}
