import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { forgetTool } from '../../../src/tools/forget.ts';
import { recallTool } from '../../../src/tools/recall.ts';
import { rememberTool } from '../../../src/tools/remember.ts';
import { sessionAppendTool } from '../../../src/tools/session-append.ts';
import { sessionOpenTool } from '../../../src/tools/session-open.ts';
import { sessionReadTool } from '../../../src/tools/session-read.ts';
import type { AnyTool } from '../../../src/tools/tool.ts';
import { notebook, realSanitiser } from './notebook.ts';

const { get } = realSanitiser();

/** Tools over real notes, asked as the doors do: what they take and give is checked by their schemas. */
function toolbox() {
  const book = notebook({ 'src/a.ts': 'one' }, { sanitiser: get() });
  const engine = { notes: book.notes, sessions: book.sessions } as unknown as Engine;
  const signal = new AbortController().signal;
  const use = async (tool: AnyTool, input: object) => {
    const answer = await tool.run(tool.input.parse(input), { engine, signal, agent: 'reviewer' });
    // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields it is about
    return tool.output.parse(JSON.parse(JSON.stringify(answer))) as any;
  };
  return { ...book, use };
}

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

describe('the tools of notes', () => {
  it('give back what was remembered, or say what has changed', async () => {
    const { use, write } = toolbox();
    const note = { key: 'a', text: 'a is one', files: ['src/a.ts', 'none.ts'], tags: ['t'] };
    expect(await use(rememberTool, note)).toEqual({ key: 'a', restsOn: 2, absent: ['none.ts'] });
    const about = { key: 'a', tags: ['t'], agent: 'reviewer', rememberedAt: time };
    const fresh = { notes: [{ ...about, text: 'a is one', files: ['none.ts', 'src/a.ts'] }] };
    expect(await use(recallTool, { key: 'a' })).toEqual(fresh);
    expect(await use(recallTool, { query: 'one' })).toEqual(fresh);
    expect(await use(recallTool, { key: 'b' })).toEqual({ notes: [] });
    write('src/a.ts', 'two');
    const stale = { ...about, stale: true, changed: ['src/a.ts changed'] };
    expect(await use(recallTool, { key: 'a' })).toEqual({ notes: [stale] });
    expect(await use(recallTool, { query: 'one', stale: true })).toEqual({
      notes: [{ ...stale, text: 'a is one' }],
    });
    const again = await use(rememberTool, { key: 'a', text: 'a is two' });
    expect(again).toEqual({ key: 'a', restsOn: 0, replaced: { rememberedAt: time, agent: 'reviewer' } });
    await expect(use(recallTool, { key: 'a', query: 'one' })).rejects.toThrow(/not both/);
  });

  it('forget and restore', async () => {
    const { use } = toolbox();
    await use(rememberTool, { key: 'a', text: 't' });
    expect(await use(forgetTool, { key: 'a' })).toEqual({ key: 'a', forgotten: true });
    expect(await use(forgetTool, { key: 'a' })).toEqual({ key: 'a', forgotten: false });
    expect(await use(forgetTool, { key: 'a', restore: true })).toEqual({ key: 'a', restored: true });
    expect((await use(recallTool, { key: 'a' })).notes).toHaveLength(1);
  });

  it('keep to the tokens that were asked for, and say what is left out', async () => {
    const { use } = toolbox();
    for (let i = 0; i < 5; i++) await use(rememberTool, { key: `n${i}`, text: 'word "quoted" '.repeat(200) });
    const { notes, truncated } = await use(recallTool, { maxTokens: 1000 });
    expect(JSON.stringify(notes).length).toBeLessThan(4400);
    expect(notes[0]).not.toHaveProperty('cut');
    expect(notes[1].cut).toEqual({ shown: notes[1].text.length, of: 2800 });
    expect(notes.length < 5 ? truncated : { shown: notes.length }).toMatchObject({ shown: notes.length });
    const { notes: one } = await use(recallTool, { key: 'n0', maxTokens: 100 });
    expect(one[0].cut.of).toBe(2800);
    expect(JSON.stringify(one).length).toBeLessThan(440);
  });
});

describe('the tools of sessions', () => {
  it('resume where it was left', async () => {
    const { use } = toolbox();
    const opened = await use(sessionOpenTool, { id: 'task', state: { goal: 'g' } });
    const session = { id: 'task', agent: 'reviewer', total: 0, updatedAt: time };
    expect(opened).toEqual({ ...session, created: true, state: { goal: 'g' } });
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'tool', content: { a: 1 } },
    ];
    expect(await use(sessionAppendTool, { id: 'task', messages })).toEqual({ id: 'task', total: 2 });
    const resumed = await use(sessionOpenTool, { id: 'task', state: { step: 2 } });
    expect(resumed).toEqual({ ...session, total: 2, created: false, state: { goal: 'g', step: 2 } });
    expect(await use(sessionReadTool, { id: 'task' })).toEqual({
      messages: messages.map((message) => ({ ...message, at: time })),
      total: 2,
    });
  });

  it('give as many messages as fit, and lead to those before', async () => {
    const { use } = toolbox();
    await use(sessionOpenTool, { id: 's' });
    for (let i = 0; i < 6; i++)
      await use(sessionAppendTool, {
        id: 's',
        messages: [{ role: 'user', content: `${i}${'x'.repeat(150)}` }],
      });
    await use(sessionAppendTool, { id: 's', messages: [{ role: 'user', content: 'y'.repeat(5000) }] });
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await use(sessionReadTool, { id: 's', maxTokens: 100, ...(before && { before }) });
      expect(JSON.stringify(page.messages).length).toBeLessThan(700);
      expect(page.total).toBe(7);
      seen.unshift(...page.messages.map(({ content }: { content: string }) => content[0]));
      before = page.before;
    } while (before !== undefined);
    expect(seen).toEqual(['0', '1', '2', '3', '4', '5', 'y']);
    const { messages } = await use(sessionReadTool, { id: 's', maxTokens: 100 });
    expect(messages[0].cut).toEqual({ shown: 400, of: 5002 });
  });
});
