// npm run session -- --repo PATH [--commit C] [--tasks N] [--agents N] [--seed S]
// Agents work on a repository through MCP; each answer is compared with that of a server that caches nothing.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { Random } from '../support/fuzz/random.ts';
import { Agent } from './agent.ts';
import { factsOf } from './facts.ts';
import { startHeadless } from './headless.ts';
import { type Call, report } from './report.ts';
import { edit, task } from './work-day.ts';

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    commit: { type: 'string', default: 'HEAD' },
    tasks: { type: 'string', default: '20' },
    agents: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});
if (values.repo === undefined) throw new Error('--repo PATH is missing: a git repository.');

const folder = mkdtempSync(join(tmpdir(), 'agent-session-'));
const root = join(folder, 'tree');
mkdirSync(root);
execFileSync('sh', ['-c', 'git -C "$0" archive "$1" | tar -x -C "$2"', values.repo, values.commit, root]);
const nothing = join(folder, 'nothing-is-cached.json');
writeFileSync(nothing, JSON.stringify({ namespaces: { analysis: { enabled: false } } }));
const cached = await startHeadless(root, join(folder, 'storage'));
const fresh = await startHeadless(root, join(folder, 'other-storage'), ['--policies', nothing]);
const random = new Random(Number(values.seed));
const calls: Call[] = [];
let edits = 0;
try {
  const facts = await factsOf(root, fresh.mcp, fresh.token);
  const oracle = await Agent.connect('oracle', fresh.mcp, fresh.token);
  const agents = await Promise.all(
    Array.from({ length: Number(values.agents) }, (_, i) =>
      Agent.connect(`agent-${i + 1}`, cached.mcp, cached.token),
    ),
  );
  for (let nth = 0; nth < Number(values.tasks); nth++) {
    const agent = agents[nth % agents.length] as Agent;
    for (const step of task(random, facts)) {
      if ('edit' in step) edit(root, step.edit, step.how, ++edits);
      else calls.push(await both(agent, oracle, step.call, step.input));
    }
    process.stderr.write(`\rtask ${nth + 1} of ${values.tasks}, ${calls.length} calls, ${edits} edits`);
  }
  process.stderr.write('\n');
  await Promise.all([...agents, oracle].map((each) => each.close()));
  process.exitCode = report(calls, edits);
} finally {
  await Promise.all([cached.stop(), fresh.stop()]);
  rmSync(folder, { recursive: true, force: true });
}

async function both(
  agent: Agent,
  oracle: Agent,
  tool: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Call> {
  const ours = await agent.call(tool, input);
  const right = await oracle.call(tool, input);
  const [one, other] = [JSON.stringify(ours.value), JSON.stringify(right.value)];
  const { path } = input as { path?: string };
  return {
    tool,
    hit: ours.hit,
    ms: ours.ms,
    freshMs: right.ms,
    tokens: encode(one).length,
    fileTokens: path && tool !== 'tokens' ? tokensOf(path) : undefined,
    stale:
      one === other
        ? undefined
        : `${tool} ${JSON.stringify(input)}\n  got   ${one.slice(0, 500)}\n  right ${other.slice(0, 500)}`,
  };
}

function tokensOf(path: string): number {
  return encode(readFileSync(join(root, path), 'utf8'), { disallowedSpecial: new Set() }).length;
}
