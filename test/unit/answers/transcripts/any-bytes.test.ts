import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaudeCodeReader } from '../../../../src/answers/transcripts/claude-code.ts';
import { ClineReader } from '../../../../src/answers/transcripts/cline.ts';
import { CodexReader } from '../../../../src/answers/transcripts/codex.ts';
import { CopilotChatReader } from '../../../../src/answers/transcripts/copilot-chat.ts';
import type { RowReader } from '../../../../src/answers/transcripts/request.ts';
import { Elements, Lines } from '../../../../src/answers/transcripts/split.ts';
import { Transcripts } from '../../../../src/answers/transcripts/transcripts.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { machineIn } from './machine.ts';

const READERS: readonly (() => RowReader)[] = [
  () => new ClaudeCodeReader(),
  () => new CodexReader('s'),
  () => new CopilotChatReader('s'),
  () => new ClineReader('s'),
];
/** Names and values that the formats use, so that rows get past the first check. */
const words = fc.constantFrom(
  ...['type', 'assistant', 'message', 'usage', 'model', 'id', 'sessionId', 'timestamp', 'payload', 'info'],
  ...['token_count', 'event_msg', 'total_token_usage', 'input_tokens', 'cached_input_tokens', 'session_meta'],
  ...[
    'token_usage_record',
    'response_id',
    'llm_request',
    'attrs',
    'inputTokens',
    'cachedTokens',
    'ts',
    'sid',
  ],
  ...[
    'say',
    'text',
    'api_req_started',
    'role',
    'metrics',
    'modelInfo',
    'progress',
    'data',
    '__proto__',
    'say',
  ],
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium' },
    words,
    fc.constantFrom('2026-03-02T09:00:00Z', '{"tokensIn":1}', '<synthetic>'),
    fc.oneof(fc.nat(), fc.double(), fc.constantFrom(null, true, -1, 1e300)),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(words, tie('tree'), { maxKeys: 6 }),
  ),
}));

describe('rows of any kind', () => {
  it('are taken or counted, and never thrown at', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 8 }), (rows) => {
        for (const make of READERS) {
          const reader = make();
          for (const row of rows) expect(typeof reader.take(JSON.parse(JSON.stringify(row)))).toBe('boolean');
          for (const { at, input = 0, read = 0, write5m = 0 } of reader.record.requests) {
            expect([at, input, read, write5m].every((value) => value >= 0)).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('bytes of any kind', () => {
  const bytes = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((part) => Buffer.from(part)),
      fc
        .constantFrom('{', '}', '[', ']', '"', '\\', '\n', '{"a":1}\n', '"usage"', ',')
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 60 },
  );

  it('are cut into the same rows however they arrive', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 7 }), (parts, size) => {
        const all = Buffer.concat(parts);
        for (const make of [() => new Lines(), () => new Elements()]) {
          const [whole, pieces] = [make(), make()];
          const expected = [...whole.feed(all)].map((row) => row?.toString('latin1'));
          const found: (string | undefined)[] = [];
          for (let at = 0; at < all.length; at += size) {
            for (const row of pieces.feed(all.subarray(at, at + size))) found.push(row?.toString('latin1'));
          }
          expect(found).toEqual(expected);
          expect(pieces.held).toBe(whole.held);
        }
      }),
    );
  });

  it('are counted and not thrown at in the files of every agent', async () => {
    const folder = temporaryFolder();
    const files = [
      'claude/projects/p/a.jsonl',
      'codex/sessions/2026/01/01/rollout-a.jsonl',
      'vscode-user/workspaceStorage/w/GitHub.copilot-chat/debug-logs/s/main.jsonl',
      'cline/tasks/1/ui_messages.json',
    ];
    for (const file of files) write(folder, file, '');
    const agents = ['claude-code', 'codex', 'copilot-chat', 'cline'] as const;
    const run = async (parts: readonly Buffer[]) => {
      for (const file of files) writeFileSync(join(folder, file), Buffer.concat(parts));
      const { data } = await new Transcripts(machineIn(folder)).look(agents, new AbortController().signal);
      expect(data.sources.map(({ state }) => state)).toEqual(['read', 'read', 'read', 'read']);
      expect(data.rows).toEqual([]);
      return data.sources.map(({ skipped }) => skipped);
    };
    await fc.assert(
      fc.asyncProperty(bytes, async (parts) => void (await run(parts))),
      { numRuns: 50 },
    );
    expect(await run([Buffer.from('garbage\n{"usage"\n')])).toEqual([2, 2, 2, 0]);
  });
});
