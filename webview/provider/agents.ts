/** What the agents with transcripts are called, and what became of reading them. */
import type { ProviderSource, TranscriptAgent } from '../../src/protocol/provider.ts';
import { formatCount } from '../format.ts';

export const AGENT_NAMES: Readonly<Record<TranscriptAgent, string>> = {
  'claude-code': 'Claude Code',
  codex: 'Codex CLI',
  'copilot-chat': 'Copilot Chat',
  cline: 'Cline',
};

/** `12 files`, `no transcripts found`. */
export function sourceText({ state, files, skipped, problem }: ProviderSource): string {
  if (state === 'off') return 'not read: switched off';
  if (state === 'none')
    return ['no transcripts found', ...(problem === undefined ? [] : [problem])].join('; ');
  if (state === 'failed') return `not read: ${problem ?? 'the transcripts could not be opened'}`;
  const read = `${formatCount(files)} ${files === 1 ? 'file' : 'files'}`;
  const rows = `${formatCount(skipped)} ${skipped === 1 ? 'row was' : 'rows were'} not understood and skipped`;
  return [read, ...(skipped > 0 ? [rows] : []), ...(problem === undefined ? [] : [problem])].join('; ');
}
