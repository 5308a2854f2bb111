import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../../../../src/answers/transcripts/places.ts';
import { Transcripts } from '../../../../src/answers/transcripts/transcripts.ts';
import type { ProviderRow, TranscriptAgent } from '../../../../src/protocol/provider.ts';
import { temporaryFolder } from '../../../support/workspace.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/transcripts', import.meta.url));
/** Copies of rows are in files that are created after what they copy. */
const CREATED = [
  'claude/projects/-work-app/s-1.jsonl',
  'claude/projects/-work-app/s-1/subagents/agent-a1.jsonl',
  'claude/projects/-work-app/s-2.jsonl',
  'codex/sessions/2026/03/02/rollout-2026-03-02T09-00-00-aaaa.jsonl',
  'codex/sessions/2026/03/02/rollout-2026-03-02T09-10-00-bbbb.jsonl',
  'codex/sessions/2026/03/02/rollout-2026-03-02T09-20-00-cccc.jsonl',
];

/** A machine on which the four agents were used, with files of its own. */
export function usedMachine(): Machine & { readonly folder: string } {
  const folder = temporaryFolder();
  for (const file of CREATED) cpSync(join(FIXTURES, file), join(folder, file));
  cpSync(FIXTURES, folder, { recursive: true, force: false });
  return { ...machineIn(folder), folder };
}

/** A machine whose agents keep everything in one folder. */
export function machineIn(folder: string): Machine {
  return {
    home: join(folder, 'home'),
    platform: 'linux',
    env: {
      CLAUDE_CONFIG_DIR: join(folder, 'claude'),
      CODEX_HOME: join(folder, 'codex'),
      CLINE_DATA_DIR: join(folder, 'cline'),
    },
    userFolder: join(folder, 'vscode-user'),
  };
}

export async function lookOnce(machine: Machine, agent: TranscriptAgent) {
  const { data } = await new Transcripts(machine).look([agent], new AbortController().signal);
  const source = data.sources.find((one) => one.agent === agent);
  const row = (session: string, model: string): ProviderRow | undefined =>
    data.rows.find((one) => one.session === session && one.model === model);
  return { data, source, row };
}
