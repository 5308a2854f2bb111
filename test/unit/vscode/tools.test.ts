import { describe, expect, it, vi } from 'vitest';
import type { MarkdownString } from 'vscode';
import * as z from 'zod';
import type { AnyTool } from '../../../src/tools/tool.ts';

const host = vi.hoisted(() => ({ tools: new Map<string, object>() }));
vi.mock('vscode', () => {
  class MarkdownString {
    value = '';
    appendText(text: string) {
      this.value += text.replaceAll(/[*_`]/g, '\\$&');
    }
    appendMarkdown(text: string) {
      this.value += text;
    }
  }
  class CancellationError extends Error {
    override readonly name = 'Canceled';
  }
  const registerTool = (name: string, tool: object) => {
    if (host.tools.has(name)) throw new Error(`${name} is registered already`);
    host.tools.set(name, tool);
    return { dispose: () => host.tools.delete(name) };
  };
  return {
    MarkdownString,
    CancellationError,
    lm: { registerTool },
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
  };
});
const { runTool } = await import('../../../src/vscode/tool-run.ts');
const { askBefore, startMessage } = await import('../../../src/vscode/tool-messages.ts');
const { LanguageModelTools } = await import('../../../src/vscode/tools.ts');
const { TOOLS } = await import('../../../src/tools/catalog.ts');

const find = (name: string) => TOOLS.find((tool) => tool.name === name) as AnyTool;

/** A tool that gives back what it got. */
const echo: AnyTool = {
  name: 'echo',
  title: 'Echo',
  summary: 'Says it again',
  description: '',
  effect: 'reads',
  input: z.strictObject({ text: z.string(), maxTokens: z.number().default(4000) }),
  output: z.looseObject({}),
  run: async (input, { signal }) => {
    if (input.text === 'wait') await new Promise((_, reject) => signal.addEventListener('abort', reject));
    if (input.text === 'fail') throw new Error('There is nothing to say: say something.');
    return input;
  },
};
const warnings: string[] = [];
const session = { engine: {}, languages: {}, log: { warn: (text: string) => warnings.push(text) } } as never;
/** A cancellation token; called, it is cancelled. */
function token() {
  const listeners: (() => void)[] = [];
  const state = {
    isCancellationRequested: false,
    onCancellationRequested: (listener: () => void) => {
      listeners.push(listener);
      return { dispose: () => void listeners.splice(0) };
    },
  };
  const cancel = () => {
    state.isCancellationRequested = true;
    for (const listener of listeners) listener();
  };
  return { token: state as never, cancel, listeners };
}
const run = (input: object, tokenBudget?: number) => {
  const options = tokenBudget === undefined ? {} : { tokenizationOptions: { tokenBudget } as never };
  return runTool(echo, { input, ...options } as never, session, token().token);
};

describe('a language-model tool', () => {
  it('answers in compact JSON', async () => {
    expect(await run({ text: 'a "b"' })).toBe('{"text":"a \\"b\\"","maxTokens":4000}');
  });

  it('tells the model what of its input was wrong, and where', async () => {
    await expect(run({ text: 1 })).rejects.toThrow(/^agent_cache_echo was called with what does not fit/);
    await expect(run({ text: 1 })).rejects.toThrow(/"text" is to be a text\./);
    await expect(run({ text: '', more: 1 })).rejects.toThrow(/more/);
  });

  it('hands on why there is no answer, and logs it', async () => {
    await expect(run({ text: 'fail' })).rejects.toThrow('There is nothing to say: say something.');
    expect(warnings.at(-1)).toBe('agent_cache_echo: There is nothing to say: say something.');
  });

  it('ends when it is cancelled, and leaves no listener behind', async () => {
    const { token: one, cancel, listeners } = token();
    const answer = runTool(echo, { input: { text: 'wait' } } as never, session, one);
    cancel();
    await expect(answer).rejects.toMatchObject({ name: 'Canceled' });
    expect(listeners).toEqual([]);
  });

  it.each([
    [{ text: '' }, undefined, 4000],
    [{ text: '' }, 1000, 1000],
    [{ text: '' }, 9000, 4000],
    [{ text: '' }, 7, 100],
    [{ text: '', maxTokens: 2000 }, 1000, 2000],
  ])('keeps to the room that the model has: %j with a budget of %s', async (input, budget, expected) => {
    expect(JSON.parse(await run(input, budget)).maxTokens).toBe(expected);
  });
});

describe('what a person reads', () => {
  it('says what the call is about', () => {
    expect(startMessage(find('outline'), { path: 'src/a.ts' })).toBe('Outline of a File: src/a.ts');
    expect(startMessage(find('outline'), { path: 'a'.repeat(500) }).length).toBeLessThan(110);
    expect(startMessage(find('warm'), {})).toBe(find('warm').title);
    expect(startMessage(find('invalidate'), { tag: 'a' })).toBe('Invalidating tag a');
    expect(startMessage(find('invalidate'), { nonsense: 1 })).toBe(find('invalidate').title);
  });

  const engine = {
    workspace: {
      preview: async (selector: object) => ({
        entries: 'all' in selector ? 1200 : 1,
        bytes: 2048,
      }),
    },
  };
  const textOf = (asked: { message?: unknown } | undefined) =>
    (asked?.message as MarkdownString | undefined)?.value;
  const ask = (tool: AnyTool, input: object) => askBefore(tool, input, async () => ({ engine }) as never);

  it('asks before what removes, with how much it would hit', async () => {
    const asked = await ask(find('invalidate'), { all: true });
    expect(asked?.title).toBe('Invalidate Cached Results?');
    expect(textOf(asked)).toMatch(
      /^Invalidating everything\.\n\nThis hits \*\*1,200 entries\*\* \(2\.0 KB\) and can be undone/,
    );
    const one = await ask(find('invalidate'), { tag: '*bold*' });
    expect(textOf(one)).toContain('tag \\*bold\\*.');
  });

  it('asks nothing before what only looks, or cannot run', async () => {
    expect(await ask(find('invalidate'), { all: true, preview: true })).toBeUndefined();
    expect(await ask(find('invalidate'), { all: 1 })).toBeUndefined();
    expect(await ask(find('outline'), { path: 'src/a.ts' })).toBeUndefined();
  });

  it('is asked before every tool that removes', () => {
    const removing = TOOLS.filter(({ effect }) => effect === 'removes');
    expect(removing.length).toBeGreaterThan(0);
    for (const { name, intent } of removing) expect([name, typeof intent]).toEqual([name, 'function']);
  });
});

describe('the registration', () => {
  const names = () => [...host.tools.keys()].map((name) => name.replace('agent_cache_', '')).sort();
  const all = TOOLS.map(({ name }) => name).sort();

  it('has every tool of the catalog but the hidden ones, and follows the setting', () => {
    const tools = new LanguageModelTools(async () => undefined, ['invalidate']);
    expect(names()).toEqual(all.filter((name) => name !== 'invalidate'));
    tools.hide(['outline', 'undo']);
    expect(names()).toEqual(all.filter((name) => name !== 'outline' && name !== 'undo'));
    tools.hide([]);
    expect(names()).toEqual(all);
    tools.dispose();
    expect(names()).toEqual([]);
  });

  it('answers without a folder with what to do', async () => {
    const tools = new LanguageModelTools(async () => undefined, []);
    const outline = host.tools.get('agent_cache_outline') as {
      invoke(...given: unknown[]): Promise<unknown>;
    };
    await expect(outline.invoke({ input: { path: 'a.ts' } }, token().token)).rejects.toThrow('open it first');
    tools.dispose();
  });
});
