import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { openParser, WORKER } from './built-parser.ts';

const bytes = Buffer.from('class A {}');

/** A worker that does what its request's text says, in place of parsing. */
const OBEDIENT = join(dirname(WORKER), 'obedient.cjs');
writeFileSync(
  OBEDIENT,
  `const { parentPort, threadId } = require('node:worker_threads');
  parentPort.on('message', ({ bytes }) => {
    const text = new TextDecoder().decode(bytes);
    if (text === 'crash') throw new Error('crashed on demand');
    if (text === 'exit') process.exit(3);
    if (text === 'stick') for (;;) {}
    if (text === 'problem') parentPort.postMessage({ problem: 'Error: no tree' });
    else if (text !== 'wait') parentPort.postMessage({ answer: { symbols: [{ name: text, threadId }], errors: 0 } });
  });`,
);

function obedient(options = {}) {
  const parser = openParser({ worker: OBEDIENT, ...options });
  const ask = async (text: string, signal?: AbortSignal) => {
    const { symbols } = await parser.outline('go', Buffer.from(text), signal);
    return symbols[0] as unknown as { name: string; threadId: number };
  };
  return { parser, ask };
}

describe('a thread that fails', () => {
  it.each(['crash', 'exit'])('rejects what it was asked and is replaced: %s', async (fault) => {
    const { ask } = obedient();
    const before = await ask('a');
    const failing = ask(fault);
    const queued = ask('b');
    await expect(failing).rejects.toThrow(/^The parser's thread ended unexpectedly: /);
    expect((await queued).threadId).not.toBe(before.threadId);
  });

  it('goes on after a problem with one file', async () => {
    const { ask } = obedient();
    const before = await ask('a');
    await expect(ask('problem')).rejects.toThrow('The parser failed: Error: no tree');
    expect(await ask('b')).toEqual({ name: 'b', threadId: before.threadId });
  });

  it('is given up when it sticks', async () => {
    const { ask } = obedient({ limitMs: 50 });
    await ask('a'); // the grammar counts as loaded
    const terminate = vi.spyOn(Worker.prototype, 'terminate');
    const stuck = ask('stick');
    const queued = ask('b');
    await expect(stuck).rejects.toMatchObject({
      name: 'AnalysisError',
      message: 'Parsing was given up: it took longer than 0.05 s.',
    });
    expect((await queued).name).toBe('b');
    expect(terminate).toHaveBeenCalledOnce();
    terminate.mockRestore();
  });

  it('says which grammar is missing, and so does the next request', async () => {
    const parser = openParser({ grammars: dirname(WORKER) });
    for (let time = 0; time < 2; time++)
      await expect(parser.outline('go', bytes)).rejects.toThrow(/tree-sitter\.wasm/);
  });
});

describe('cancelling', () => {
  it('takes a request out of the queue', async () => {
    const { ask } = obedient();
    const running = ask('a');
    const controller = new AbortController();
    const queued = ask('crash', controller.signal);
    controller.abort(new Error('nobody waits'));
    await expect(queued).rejects.toThrow('nobody waits');
    const { threadId } = await running;
    expect(await ask('b')).toEqual({ name: 'b', threadId });
  });

  it('lets go of the bytes of what it takes out', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { parser, ask } = obedient();
    const controller = new AbortController();
    const answers: Promise<unknown>[] = [];
    const given = (text: string, signal?: AbortSignal) => {
      const source = new Uint8Array(Buffer.from(text));
      answers.push(parser.outline('go', source, signal));
      return new WeakRef(source);
    };
    const blocking = ask('wait').catch(() => {});
    const dropped = given('a', controller.signal);
    const kept = given('b', new AbortController().signal);
    controller.abort(new Error('nobody waits'));
    await expect(answers[0]).rejects.toThrow('nobody waits');
    await new Promise(setImmediate);
    collect();
    expect(dropped.deref()).toBeUndefined();
    expect(kept.deref()).toBeDefined();
    void Promise.allSettled(answers);
    await parser.close();
    await blocking;
  });

  it('drops what is being parsed', async () => {
    const { ask } = obedient({ limitMs: 50 });
    await ask('a');
    const controller = new AbortController();
    const running = ask('wait', controller.signal);
    controller.abort(new Error('nobody waits'));
    await expect(running).rejects.toThrow('nobody waits');
    expect((await ask('b')).name).toBe('b');
  });

  it('refuses what is cancelled already', async () => {
    await expect(obedient().ask('a', AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await obedient().ask('a', signal);
    expect(removed.mock.calls[0]?.[1]).toBe(added.mock.calls[0]?.[1]);
  });
});

it('answers in order and leaves the bytes as they are', async () => {
  const parser = openParser();
  const texts = Array.from({ length: 20 }, (_, at) => Buffer.from(`class C${at} {}`));
  const found = await Promise.all(texts.map((text) => parser.outline('typescript', text)));
  expect(found.map(({ symbols }) => symbols[0]?.name)).toEqual(texts.map((_, at) => `C${at}`));
  expect(texts[7]?.toString()).toBe('class C7 {}');
});

it('uses as many threads as it may', async () => {
  const { ask } = obedient({ threads: 2 });
  const waiting = ask('stick').catch((error: Error) => error.message);
  expect((await ask('b')).name).toBe('b');
  expect((await ask('c')).name).toBe('c');
  void waiting;
});

it('ends a thread that is idle and starts another when it is needed', async () => {
  const { ask } = obedient({ idleMs: 0 });
  const { threadId } = await ask('a');
  await vi.waitFor(async () => expect((await ask('b')).threadId).not.toBe(threadId));
});

it('fails what is asked when it closes, and what is asked later', async () => {
  const { parser, ask } = obedient();
  const running = ask('wait');
  const queued = ask('a');
  const all = Promise.allSettled([running, queued]);
  await parser.close();
  expect((await all).map((each) => each.status)).toEqual(['rejected', 'rejected']);
  await expect(ask('b')).rejects.toThrow('The parser is closed.');
});
