import { appendFileSync, closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LONGEST_ROW } from '../../src/answers/transcripts/split.ts';
import { Transcripts } from '../../src/answers/transcripts/transcripts.ts';
import { temporaryFolder } from '../support/workspace.ts';

const MEGABYTE = 1024 * 1024;
const SIZE = 500 * MEGABYTE;
const AT = Date.UTC(2026, 0, 1);

/** An answer, told in three rows as Claude Code does. */
function answer(n: number): string {
  const usage = {
    input_tokens: 4,
    cache_read_input_tokens: 1000,
    cache_creation_input_tokens: 10,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 0 },
    output_tokens: 7,
  };
  const row = {
    type: 'assistant',
    sessionId: 's',
    timestamp: new Date(AT + n * 1000).toISOString(),
    requestId: `req_${n}`,
    message: { id: `msg_${n}`, model: 'claude-opus-4-5', usage, content: 'a'.repeat(500) },
  };
  return `${JSON.stringify(row)}\n`.repeat(3);
}

/** A transcript of one session: answers, much else beside them, and one row longer than is read. */
function longTranscript(file: string): number {
  const fill = `${JSON.stringify({ type: 'user', sessionId: 's', toolUseResult: 'x'.repeat(100_000) })}\n`;
  const block = fill.repeat(10);
  const handle = openSync(file, 'w');
  let answers = 0;
  for (let size = 0; size < SIZE; answers++) {
    if (answers === 100) {
      size += writeSync(handle, `{"type":"user","text":"${'y'.repeat(20 * MEGABYTE)}"}\n`);
    }
    size += writeSync(handle, answer(answers)) + writeSync(handle, block);
  }
  closeSync(handle);
  return answers;
}

describe('a transcript of 500 MB', () => {
  it('is read in bounded memory and in slices, and a second time only where it has grown', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'claude/projects/p'), { recursive: true });
    const file = join(folder, 'claude/projects/p/s.jsonl');
    const answers = longTranscript(file);
    const env = { CLAUDE_CONFIG_DIR: join(folder, 'claude') };
    const transcripts = new Transcripts({ home: folder, platform: 'linux', env });
    const { signal } = new AbortController();

    const before = process.memoryUsage().rss;
    let most = 0;
    let turns = 0;
    const watch = setInterval(() => {
      turns++;
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 5);
    const first = await transcripts.look(['claude-code'], signal);
    clearInterval(watch);

    expect(first.data.rows).toMatchObject([
      {
        requests: answers,
        tokens: { input: 4 * answers, read: 1000 * answers, write5m: 10 * answers, output: 7 * answers },
        breaks: [],
      },
    ]);
    expect(first.data.sources[0]).toMatchObject({ files: 1, skipped: 1 });
    expect(first.tally.bytes).toBeGreaterThanOrEqual(SIZE);
    expect(first.tally.held).toBeLessThanOrEqual(LONGEST_ROW);
    expect(most).toBeLessThan(SIZE / 4);
    expect(turns).toBeGreaterThan(20); // others had their turn meanwhile

    const more = answer(answers);
    appendFileSync(file, more);
    const second = await transcripts.look(['claude-code'], signal);
    expect(second.tally.bytes).toBe(256 + more.length);
    expect(second.data.rows[0]?.requests).toBe(answers + 1);
  });

  it('is given up at once when nobody wants it any more, and gone on with later', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'claude/projects/p'), { recursive: true });
    const file = join(folder, 'claude/projects/p/s.jsonl');
    const handle = openSync(file, 'w');
    for (let n = 0; n < 20_000; n++) writeSync(handle, answer(n));
    closeSync(handle);
    const env = { CLAUDE_CONFIG_DIR: join(folder, 'claude') };
    const transcripts = new Transcripts({ home: folder, platform: 'linux', env });
    const abort = new AbortController();
    const looking = transcripts.look(['claude-code'], abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await expect(looking).rejects.toThrow('enough');
    const { data } = await transcripts.look(['claude-code'], new AbortController().signal);
    expect(data.rows).toMatchObject([{ requests: 20_000, tokens: { output: 7 * 20_000 } }]);
  });
});
