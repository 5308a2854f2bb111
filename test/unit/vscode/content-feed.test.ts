import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContentFeed } from '../../../src/vscode/content-feed.ts';

const REST = 1000;

/** A feed whose computations end when the test says so. */
function feed() {
  const begun: { question: string; end: (content: string) => void; fail: (error: Error) => void }[] = [];
  const heard = { ready: 0, failed: [] as string[] };
  const made = new ContentFeed<string>({
    ready: () => void heard.ready++,
    failed: ({ message }) => heard.failed.push(message),
    restMs: REST,
  });
  const read = (question: string, state: string) =>
    made.read(
      question,
      state,
      () => new Promise((end, fail) => begun.push({ question: `${question} ${state}`, end, fail })),
    );
  return { made, begun, heard, read };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the content of the section that is shown', () => {
  vi.useFakeTimers();
  afterEach(() => vi.clearAllTimers());

  it('is computed once for one question and one state', async () => {
    const { begun, heard, read } = feed();
    expect(read('entries', '1')).toBe(undefined);
    expect(read('entries', '1')).toBe(undefined);
    begun[0]?.end('rows');
    await settle();
    expect(heard.ready).toBe(1);
    expect(read('entries', '1')?.content).toBe('rows');
    expect(begun).toHaveLength(1);
  });

  it('is of the newest question: those in between are never computed', async () => {
    const { begun, read } = feed();
    read('a', '1');
    read('b', '1');
    read('c', '1');
    expect(begun.map(({ question }) => question)).toEqual(['a 1']);
    begun[0]?.end('of a');
    await settle();
    expect(read('c', '1')).toBe(undefined);
    expect(begun.map(({ question }) => question)).toEqual(['a 1', 'c 1']);
  });

  it('stays what it was while news are computed, and those come at a measured pace', async () => {
    const { begun, read } = feed();
    read('a', '1');
    begun[0]?.end('first');
    await settle();
    expect(read('a', '2')?.content).toBe('first');
    expect(read('a', '3')?.content).toBe('first');
    await vi.advanceTimersByTimeAsync(REST - 1);
    expect(begun).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun.map(({ question }) => question)).toEqual(['a 1', 'a 3']);
  });

  it('is there at once for another question, however recent the last answer', async () => {
    const { begun, read } = feed();
    read('a', '1');
    begun[0]?.end('first');
    await settle();
    read('a', '2');
    read('b', '2');
    expect(begun.map(({ question }) => question)).toEqual(['a 1', 'b 2']);
  });

  it('is a problem when it cannot be computed, and is tried again when something changes', async () => {
    const { begun, heard, read } = feed();
    read('a', '1');
    begun[0]?.fail(new Error('The disk is gone.'));
    await settle();
    expect(read('a', '1')).toMatchObject({ problem: 'The disk is gone.' });
    expect(heard.failed).toEqual(['The disk is gone.']);
    expect(begun).toHaveLength(1);
    read('a', '2');
    await vi.advanceTimersByTimeAsync(REST);
    begun[1]?.end('back');
    await settle();
    expect(read('a', '2')).toMatchObject({ content: 'back' });
  });

  it('is not computed any more once nobody looks', async () => {
    const { made, begun, read } = feed();
    read('a', '1');
    begun[0]?.end('first');
    await settle();
    read('a', '2');
    made.close();
    await vi.advanceTimersByTimeAsync(10 * REST);
    expect(begun).toHaveLength(1);
  });
});
