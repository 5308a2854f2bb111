import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRANSCRIPT_LIMITS, type TranscriptLimits } from '../../../../src/answers/transcripts/limits.ts';
import { Transcripts } from '../../../../src/answers/transcripts/transcripts.ts';
import { lookOnce, machineIn, usedMachine } from './machine.ts';

const SONNET = 'claude-sonnet-4-5-20250929';
const OPUS = 'claude-opus-4-5-20251101';
const at = (minutes: number) => Date.UTC(2026, 2, 2, 9, minutes);

describe('transcripts of Claude Code', () => {
  it('count an answer once, with its last tokens, whatever rows, files and sub-agents repeat it', async () => {
    const { row, source, data } = await lookOnce(usedMachine(), 'claude-code');
    const main = row('s-1', SONNET);
    expect(main).toMatchObject({
      title: 'Mend the parser',
      requests: 5, // three of the conversation, two of the sub-agent
      startedAt: at(0),
      lastAt: at(8),
      tokens: {
        input: 10 + 5 + 5 + 3 + 3,
        read: 20_000 + 5000,
        write5m: 20_000 + 1000 + 21_500 + 5000,
        write1h: 2000,
        output: 100 + 50 + 40 + 20 + 20,
      },
    });
    expect(main?.hitRate).toBe(25_000 / (26 + 25_000 + 47_500 + 2000));
    expect(row('s-2', SONNET)).toMatchObject({ requests: 2, title: 'Another way' }); // what it resumed is of s-1
    expect(source).toEqual({ agent: 'claude-code', state: 'read', files: 3, skipped: 2 });
    expect(data.rows).toHaveLength(4);
  });

  it('tell where the cache broke, and the likely cause', async () => {
    const { row } = await lookOnce(usedMachine(), 'claude-code');
    expect(row('s-1', SONNET)?.breaks).toEqual([
      { at: at(8), tokens: 21_000, cause: expect.stringMatching(/^A pause of 7 min: .* about 5 min\.$/) },
    ]);
    expect(row('s-1', OPUS)?.breaks).toEqual([
      { at: at(12), tokens: 15_000, cause: expect.stringMatching(/updated/) },
      { at: at(11), tokens: 7005, cause: expect.stringMatching(/compacted/) },
      { at: at(9), tokens: 21_500, cause: expect.stringMatching(/model changed/) },
    ]);
  });

  it('leave unknown what is not told, and count writes of no told time as five minutes', async () => {
    const { row } = await lookOnce(usedMachine(), 'claude-code');
    expect(row('s-2', SONNET)?.tokens).toMatchObject({ write5m: 500 + 400, write1h: 0 });
    const silent = row('s-2', 'claude-instant-1');
    expect(silent?.tokens).toEqual({ input: 5, output: 7 });
    expect(silent).not.toHaveProperty('hitRate');
  });
});

describe('transcripts of Codex', () => {
  it('tell the differences of running totals, whose input includes the cached', async () => {
    const { row, source } = await lookOnce(usedMachine(), 'codex');
    expect(row('aaaa', 'gpt-5-codex')).toMatchObject({
      requests: 3, // of which the last began its totals anew
      tokens: { input: 10_000 + 1100 + 5400, read: 9900 + 100, output: 100 + 80 + 10 },
      breaks: [{ at: at(3), cause: expect.stringMatching(/compacted/) }],
    });
    expect(row('aaaa', 'gpt-5-codex')?.tokens).not.toHaveProperty('write5m');
    expect(source).toMatchObject({ files: 3, skipped: 1 });
  });

  it('count what a fork copied once, and nothing twice that newer versions tell twice', async () => {
    const { row } = await lookOnce(usedMachine(), 'codex');
    expect(row('bbbb', 'gpt-5-codex')).toMatchObject({
      requests: 1,
      tokens: { input: 1000, read: 11_000, output: 60 },
    });
    expect(row('aaaa', 'gpt-5.6')).toMatchObject({
      requests: 2, // of a sub-agent, in the session of who asked it
      tokens: { input: 1000 + 1000, read: 3000, write5m: 3000 + 1000, output: 90 },
    });
  });

  it('need not say how the session was begun and what it may do', async () => {
    const machine = usedMachine();
    const file = join(machine.folder, 'codex/sessions/2026/03/02/rollout-2026-03-02T09-00-00-aaaa.jsonl');
    const text = readFileSync(file, 'utf8');
    const less = text.replaceAll(/,"(?:source":"cli|approval_policy":"[a-z-]+)"/g, '');
    expect(less.length).toBeLessThan(text.length - 40);
    writeFileSync(file, less);
    const { row, source } = await lookOnce(machine, 'codex');
    expect(row('aaaa', 'gpt-5-codex')).toMatchObject({ requests: 3 });
    expect(source).toMatchObject({ files: 3, skipped: 1 });
  });

  it('count what forks copied once when the file of their parent is gone', async () => {
    const machine = usedMachine();
    const day = join(machine.folder, 'codex/sessions/2026/03/02');
    rmSync(join(day, 'rollout-2026-03-02T09-00-00-aaaa.jsonl'));
    const { row } = await lookOnce(machine, 'codex');
    expect(row('bbbb', 'gpt-5-codex')).toMatchObject({ requests: 3, tokens: { read: 9900 + 11_000 } });
  });
});

describe('transcripts of Copilot Chat', () => {
  it('come from its debug logs, in which a request that read nothing does not say so', async () => {
    const { row, source } = await lookOnce(usedMachine(), 'copilot-chat');
    expect(row('chat-1', 'claude-opus-4.6')).toMatchObject({
      requests: 3,
      tokens: { input: 20_000 + 3000 + 1100, read: 19_000 + 21_900, output: 600 },
      breaks: [], // a summary of tools between two turns has a prompt of its own
    });
    expect(row('chat-1', 'gpt-4o-mini')?.tokens).toEqual({ output: 9 }); // a log that never tells of the cache
    expect(source).toMatchObject({ files: 2, skipped: 1 });
  });

  it('are explained when there are none', async () => {
    const { source } = await lookOnce(machineIn('/nowhere'), 'copilot-chat');
    expect(source).toMatchObject({ state: 'none', files: 0, problem: expect.stringMatching(/debug logs/) });
  });
});

describe('transcripts of Cline', () => {
  it('are read in both of its formats, one with the cached in its input and one without', async () => {
    const { row, source } = await lookOnce(usedMachine(), 'cline');
    expect(row('1772442000000', 'claude-sonnet-4-5')).toMatchObject({
      requests: 3,
      tokens: { input: 28, read: 17_000, write5m: 20_900, write1h: 0, output: 700 },
      breaks: [{ tokens: 6008, cause: expect.stringMatching(/compacted/) }],
    });
    expect(row('1772443000000_abcde', 'anthropic/claude-opus-4.8')).toMatchObject({
      requests: 3,
      tokens: { input: 34_334 + 1580 + 44_244, read: 34_332, output: 1085 },
      breaks: [{ tokens: 34_332, cause: expect.stringMatching(/pause of 7 min/) }],
    });
    expect(source).toMatchObject({ files: 5, skipped: 3 });
  });

  it('tell what sub-agents took: in sums of an unknown model', async () => {
    const { row } = await lookOnce(usedMachine(), 'cline');
    expect(row('1772444000000', 'claude-sonnet-4-5')).toMatchObject({
      requests: 2,
      tokens: { input: 30, read: 12_000, write5m: 12_700, write1h: 0, output: 300 },
      breaks: [],
    });
    // One of the sums does not tell the cached apart, and is left out.
    expect(row('1772444000000', 'unknown')).toMatchObject({
      requests: 2,
      tokens: { input: 45, read: 33_000, write5m: 9300, write1h: 0, output: 550 },
      breaks: [],
    });
  });

  it('tell what sub-agents took: in files of their own, as threads of the session', async () => {
    const { row } = await lookOnce(usedMachine(), 'cline');
    // In one thread, the requests in the order of their times would break the prompt of the conversation.
    expect(row('1772445000000_fghij', 'claude-opus-4-8')).toMatchObject({
      requests: 4,
      tokens: { input: 45, read: 35_000, write5m: 37_000, write1h: 0, output: 330 },
      breaks: [],
    });
  });
});

describe('all transcripts', () => {
  const all = ['claude-code', 'codex', 'copilot-chat', 'cline'] as const;

  it('tell what was saved where prices are known, and ask for them by the bare name of the model', async () => {
    const asked: string[] = [];
    const transcripts = new Transcripts(usedMachine());
    const { data } = await transcripts.look(
      all,
      new AbortController().signal,
      async (tokens, model, provider) => {
        asked.push(`${provider} ${model}`);
        return model.includes('sonnet') && tokens.read !== undefined ? tokens.read / 1000 : undefined;
      },
    );
    expect(asked).toContain('anthropic claude-opus-4.8');
    expect(asked).toContain('openai gpt-5-codex');
    expect(data.rows.filter(({ savedUsd }) => savedUsd !== undefined)).toHaveLength(4);
    expect(data.total.savedUsd).toBeCloseTo(25 + 42.5 + 17 + 12);
    expect(data.assumptions.join(' ')).toContain('known for 4 of 15 rows');
  });

  it('are read within their limits, and what is left out is told', async () => {
    const transcripts = new Transcripts(usedMachine());
    const look = async (limits: Partial<TranscriptLimits> = {}) => {
      const { signal } = new AbortController();
      const { data } = await transcripts.look(all, signal, undefined, { ...TRANSCRIPT_LIMITS, ...limits });
      const left = data.assumptions.find((text) => text.includes('files are not read'));
      return { files: data.sources.map(({ files }) => files), rows: data.rows.length, more: data.more, left };
    };
    const whole = await look();
    expect(whole).toMatchObject({ more: 0, left: undefined });
    expect(await look({ rows: 2 })).toEqual({ ...whole, rows: 2, more: whole.rows - 2 });
    const sum = whole.files.reduce((total, files) => total + files, 0);
    const one = await look({ files: 1 });
    expect(one.files).toEqual([1, 1, 1, 1]);
    expect(one.left).toContain(`The oldest ${sum - 4} files`);
    expect((await look({ requests: 1 })).files).toEqual([1, 1, 1, 1]);
    expect(await look()).toEqual(whole);
  });

  it('are read on where they have grown, and not at all where they have not', async () => {
    const machine = usedMachine();
    const transcripts = new Transcripts(machine);
    const { signal } = new AbortController();
    const first = await transcripts.look(all, signal);
    expect((await transcripts.look(all, signal)).tally).toMatchObject({ bytes: 0, opened: 0 });
    const file = join(machine.folder, 'claude/projects/-work-app/s-1.jsonl');
    // The last row was cut off; here its end, and one more.
    const rest =
      'ut_tokens":1,"output_tokens":2}},"timestamp":"2026-03-02T09:16:00.000Z"}\n{"type":"user","sessionId":"s-1"}\n';
    appendFileSync(file, rest);
    const second = await transcripts.look(all, signal);
    expect(second.tally.opened).toBe(1);
    expect(second.tally.bytes).toBeLessThan(rest.length + 600);
    // It has no model, and so is not understood: told once it is whole.
    expect(second.data.sources[0]?.skipped).toBe((first.data.sources[0]?.skipped ?? 0) + 1);
    expect(second.data.rows).toEqual(first.data.rows);
  });

  it('are forgotten with the agents that are no longer wanted', async () => {
    const transcripts = new Transcripts(usedMachine());
    const { signal } = new AbortController();
    await transcripts.look(all, signal);
    const { data } = await transcripts.look(['codex'], signal);
    expect(new Set(data.rows.map(({ agent }) => agent))).toEqual(new Set(['codex']));
    expect(data.sources.map(({ state }) => state)).toEqual(['off', 'read', 'off', 'off']);
  });
});
