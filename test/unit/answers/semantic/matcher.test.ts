import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Embedder } from '../../../../src/answers/semantic/embedding/embedder.ts';
import { Marks } from '../../../../src/answers/semantic/matches/marks.ts';
import { KeptStore } from '../../../../src/answers/semantic/questions/kept-store.ts';
import { type Allowed, SemanticMatcher } from '../../../../src/answers/semantic/semantic-matcher.ts';
import { digest } from '../../../../src/cache/digest.ts';
import { STAND_IN } from '../../../quality/semantic/measure.ts';

const folders: string[] = [];
/** Each look finds the last one long ago. */
let now = 0;
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const aFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'semantic-'));
  folders.push(folder);
  return folder;
};

interface Given {
  readonly folder?: string;
  readonly embedder?: Embedder;
  readonly most?: number;
  readonly threshold?: number;
  readonly kept?: boolean;
  readonly secrets?: boolean;
  /** What differs for an agent; undefined where it is matched exactly. */
  readonly of?: (agent: string) => Partial<Allowed> | undefined;
}

/** The kept questions with another format in their first line, and a checksum that fits. */
function withFormat(text: string, format: number): string {
  const [head = '', ...rest] = text.split('\n');
  const json = head.slice(head.indexOf(' ') + 1).replace(/"format":\d+/, `"format":${format}`);
  return [`${digest(json)} ${json}`, ...rest].join('\n');
}

function open(given: Given = {}) {
  const { folder, embedder, most = 100, threshold = 0.5, kept = true, secrets = true } = given;
  const { of = () => ({}) } = given;
  const problems: string[] = [];
  const problem = (error: Error) => problems.push(error.message);
  const matcher = new SemanticMatcher({
    allowed: (namespace, agent) => {
      const own = of(agent);
      return namespace === 'response' && own ? { threshold, kept, secrets, ...own } : undefined;
    },
    embedder: () => embedder,
    isClean: async (text) => !text.includes('hunter2'),
    most: () => most,
    marks: new Marks(folder && join(folder, 'marks.jsonl'), problem, () => (now += 10_000)),
    ...(folder && { store: new KeptStore(join(folder, 'questions.jsonl'), problem) }),
    problem,
  });
  const question = (text: string, fingerprint = 'f', namespace = 'response', agent = 'tester') => ({
    namespace,
    agent,
    fingerprint,
    text,
  });
  const add = async (text: string, key: string, fingerprint?: string) => {
    matcher.add(question(text, fingerprint), key);
    await matcher.settled();
  };
  const find = (text: string, fingerprint?: string) => matcher.find(question(text, fingerprint));
  return { matcher, problems, question, add, find };
}

describe('matching without a model', () => {
  it('serves the same words, and only suggests what resembles', async () => {
    const { add, find } = open();
    await add('How do I enable the cache?', 'response:1');
    expect((await find('how do I enable  the cache')).match).toMatchObject({
      key: 'response:1',
      by: 'near-duplicate',
    });
    const near = await find('How do I disable the cache?');
    expect(near.match).toBeUndefined();
    expect(near.suggestions).toMatchObject([{ refused: 'gate', detail: '"enable" became "disable"' }]);
    const put = await find('How to enable the cache?');
    expect(put.match).toBeUndefined();
    expect(put.suggestions).toMatchObject([{ key: 'response:1', refused: 'no-embedder' }]);
  });

  it('matches nothing of another fingerprint, another namespace, or after it was removed', async () => {
    const { matcher, add, find, question } = open();
    await add('Explain it', 'response:1', 'model a');
    expect(await find('explain it', 'model b')).toEqual({ suggestions: [] });
    expect(await matcher.find(question('explain it', 'model a', 'tool'))).toEqual({ suggestions: [] });
    expect((await find('explain it', 'model a')).match).toBeDefined();
    matcher.remove('response:1');
    expect(await find('explain it', 'model a')).toEqual({ suggestions: [] });
  });

  it('keeps no more questions than it may, those that were of use longest', async () => {
    const { matcher, add, find } = open({ most: 2 });
    await add('Explain one', 'response:1');
    await add('Explain two', 'response:2');
    await find('explain one');
    await add('Explain three', 'response:3');
    expect(matcher.size).toBe(2);
    expect((await find('explain one')).match?.key).toBe('response:1');
    expect((await find('explain two')).match).toBeUndefined();
  });
});

describe('matching with a model', () => {
  it('serves what is similar enough and passes the gate', async () => {
    const { add, find } = open({ embedder: STAND_IN });
    await add('How do I enable the cache?', 'response:1');
    expect((await find('How to enable the cache')).match).toMatchObject({
      key: 'response:1',
      by: 'embedding',
    });
    expect((await find('How to disable the cache')).match).toBeUndefined();
  });

  it('serves nothing below the threshold of the namespace', async () => {
    const turned: Embedder = {
      ...STAND_IN,
      embed: async (text) => (text.includes('to') ? Float32Array.of(1, 0.5) : Float32Array.of(1, -0.1)),
    };
    for (const [threshold, refused] of [
      [0.8, undefined],
      [0.9, 'below-threshold'],
    ] as const) {
      const { add, find } = open({ embedder: turned, threshold });
      await add('How do I enable the cache?', 'response:1');
      const { match, suggestions } = await find('How to enable the cache');
      expect([match === undefined, suggestions[0]?.refused]).toEqual([refused !== undefined, refused]);
    }
  });

  it('matches nothing new while the model fails, and still the same words', async () => {
    const failing: Embedder = { ...STAND_IN, embed: () => Promise.reject(new Error('down')) };
    const { add, find, problems } = open({ embedder: failing });
    await add('How do I enable the cache?', 'response:1');
    expect(await find('How to enable the cache')).toEqual({ suggestions: [] });
    expect((await find('how do I enable the cache')).match).toBeDefined();
    expect(problems).toEqual([]); // the embedder has counted it
  });

  it('gives questions of before a change of the model new vectors', async () => {
    const folder = aFolder();
    const before = open({ folder });
    await before.add('How do I enable the cache?', 'response:1');
    await before.matcher.close();
    const { add, find } = open({ folder, embedder: STAND_IN });
    expect((await find('How to enable the cache')).match).toBeUndefined();
    await add('Explain something else', 'response:2');
    expect((await find('How to enable the cache')).match?.key).toBe('response:1');
  });

  it('takes a model that answers another length for another one', async () => {
    const folder = aFolder();
    const before = open({ folder, embedder: STAND_IN });
    await before.add('How do I enable the cache?', 'response:1');
    await before.matcher.close();
    const short: Embedder = { ...STAND_IN, embed: async () => Float32Array.of(1, 2) };
    const { add, find, problems } = open({ folder, embedder: short });
    expect((await find('How to enable the cache')).match).toBeUndefined();
    await add('Explain something else', 'response:2');
    expect((await find('How to enable the cache')).match?.key).toBe('response:1');
    expect(problems).toEqual([]);
  });

  it('sends no text with a secret to the model, and keeps none', async () => {
    const sent: string[] = [];
    const embedder: Embedder = {
      ...STAND_IN,
      embed: (text) => {
        sent.push(text);
        return STAND_IN.embed(text);
      },
    };
    const folder = aFolder();
    const { matcher, add, find } = open({ folder, embedder, secrets: false });
    await add('Why is the login slow?', 'response:1');
    await add('Why is the password hunter2 refused?', 'response:2');
    expect(await find('Why is the password hunter2 refused')).toEqual({ suggestions: [] });
    await matcher.close();
    expect(sent).toEqual(['Why is the login slow?']);
    expect(readFileSync(join(folder, 'questions.jsonl'), 'utf8')).not.toContain('hunter2');
  });
});

describe('matching for several agents', () => {
  const asked = (agent: string, text: string) => ({
    ...{ namespace: 'response', agent, fingerprint: `f of ${agent}` },
    text,
  });

  it('goes by the policy of who asks', async () => {
    const { matcher } = open({ of: (agent) => (agent === 'helper' ? {} : undefined) });
    for (const agent of ['helper', 'other']) matcher.add(asked(agent, 'Explain it'), `response:${agent}`);
    await matcher.settled();
    expect(matcher.size).toBe(1);
    expect((await matcher.find(asked('helper', 'explain it'))).match?.key).toBe('response:helper');
    expect(await matcher.find(asked('other', 'explain it'))).toEqual({ suggestions: [] });
  });

  it('holds each to the threshold of its own', async () => {
    const turned: Embedder = {
      ...STAND_IN,
      embed: async (text) => (text.includes('to') ? Float32Array.of(1, 0.5) : Float32Array.of(1, -0.1)),
    };
    const { matcher } = open({
      embedder: turned,
      of: (agent) => ({ threshold: agent === 'lenient' ? 0.8 : 0.9 }),
    });
    const answers = async (agent: string) => {
      matcher.add(asked(agent, 'How do I enable the cache?'), `response:${agent}`);
      await matcher.settled();
      const { match, suggestions } = await matcher.find(asked(agent, 'How to enable the cache'));
      return match?.key ?? suggestions[0]?.refused;
    };
    expect(await answers('lenient')).toBe('response:lenient');
    expect(await answers('strict')).toBe('below-threshold');
  });

  it('keeps on the disk, and takes from there, what the policy of each lets be there', async () => {
    const folder = aFolder();
    const file = join(folder, 'questions.jsonl');
    const before = open({ folder, of: (agent) => ({ kept: agent !== 'discreet' }) });
    for (const agent of ['discreet', 'helper', 'other'])
      before.matcher.add(asked(agent, `Explain it to ${agent}`), `response:${agent}`);
    await before.matcher.close();
    expect(readFileSync(file, 'utf8')).toContain('Explain it to helper');
    expect(readFileSync(file, 'utf8')).not.toContain('discreet');
    const { matcher } = open({ folder, of: (agent) => ({ kept: agent !== 'other' }) });
    expect((await matcher.find(asked('helper', 'explain it to helper'))).match?.key).toBe('response:helper');
    expect(matcher.size).toBe(1);
  });

  it('sends a question to a new model only where the policy of who asked it lets it go', async () => {
    const folder = aFolder();
    const before = open({ folder });
    for (const agent of ['careful', 'helper'])
      before.matcher.add(asked(agent, `Is hunter2 a word to ${agent}?`), `response:${agent}`);
    await before.matcher.close();
    const sent: string[] = [];
    const embedder: Embedder = {
      ...STAND_IN,
      embed: (text) => {
        sent.push(text);
        return STAND_IN.embed(text);
      },
    };
    const { matcher } = open({ folder, embedder, of: (agent) => ({ secrets: agent === 'helper' }) });
    matcher.add(asked('helper', 'Explain it'), 'response:new');
    await matcher.settled();
    expect(sent.sort()).toEqual(['Explain it', 'Is hunter2 a word to helper?']);
  });
});

describe('marks', () => {
  it('never serve again what is wrong: in either direction, in any writing, in the next session', async () => {
    const folder = aFolder();
    const first = open({ folder, embedder: STAND_IN });
    await first.add('How do I enable the cache?', 'response:1');
    const { match } = await first.find('How to enable the cache');
    expect(await first.matcher.mark(match?.id ?? '', 'wrong')).toBe(true);
    expect(await first.matcher.mark('nonsense', 'wrong')).toBe(false);
    expect(first.matcher.rows[0]).toMatchObject({ outcome: 'served', marked: 'wrong' });
    expect((await first.find('how to enable  the cache')).suggestions[0]?.refused).toBe('marked-wrong');
    await first.matcher.close();

    const next = open({ folder, embedder: STAND_IN });
    expect((await next.find('How to enable the cache?')).match).toBeUndefined();
    await next.add('How to enable the cache', 'response:2');
    expect((await next.find('How do I enable the cache')).match?.key).toBe('response:1');
    next.matcher.remove('response:1');
    expect((await next.find('How do I enable the cache')).match).toBeUndefined();
  });

  it('serve what was refused and is right, for just that text and only while all else is equal', async () => {
    const folder = aFolder();
    const { matcher, add, find } = open({ folder });
    await add('Speed up this SQL query', 'response:1');
    await find('Make this SQL query faster');
    const [row] = matcher.rows;
    expect(row).toMatchObject({ outcome: 'gate' });
    await matcher.mark(row?.id ?? '', 'right');
    expect((await find('Make this SQL query faster')).match).toMatchObject({ key: 'response:1' });
    expect((await find('Make this SQL query faster', 'other')).match).toBeUndefined();
    expect((await find('Make that SQL query faster')).match).toBeUndefined();
    await matcher.mark(row?.id ?? '', 'wrong');
    expect((await find('Make this SQL query faster')).match).toBeUndefined();
  });

  it('are bounded in number, the newest first', async () => {
    const { matcher, add, find } = open();
    await add('Explain line 0 of the parser', 'response:0');
    for (let i = 1; i <= 210; i++) await find(`Explain line ${i} of the parser`);
    expect(matcher.rows).toHaveLength(200);
    expect(matcher.rows[0]?.asked).toBe('Explain line 210 of the parser');
  });

  it('of another process hold here, and a torn line takes only itself', async () => {
    const folder = aFolder();
    const [one, other] = [open({ folder }), open({ folder })];
    await one.add('Explain it', 'response:1');
    await other.add('Explain it', 'response:1');
    expect((await other.find('explain it')).match).toBeDefined();
    const id = (await one.find('explain it')).match?.id ?? '';
    writeFileSync(join(folder, 'marks.jsonl'), '{"is":"wro');
    await one.matcher.mark(id, 'wrong');
    expect((await other.find('explain it')).match).toBeUndefined();
    expect(other.problems).toEqual(['1 marks of matches cannot be read, and are left out.']);
  });
});

describe('the file of marks', () => {
  it('loses what no longer counts when it becomes large, and nothing else', async () => {
    const folder = aFolder();
    const file = join(folder, 'marks.jsonl');
    const { matcher, add, find } = open({ folder });
    await add('Explain it', 'response:1');
    await matcher.mark((await find('explain it')).match?.id ?? '', 'wrong');
    const other = { is: 'right', pair: 'p', asked: 'a', found: 'f', similarity: 1 };
    writeFileSync(file, readFileSync(file, 'utf8') + `${JSON.stringify(other)}\n`.repeat(20_000));
    await find('explain it');
    await matcher.mark(matcher.rows[0]?.id ?? '', 'wrong');
    expect(readFileSync(file, 'utf8').split('\n').filter(Boolean)).toHaveLength(3);
    expect((await open({ folder }).find('explain it')).match).toBeUndefined();
  });
});

describe('what is kept', () => {
  it('is found in the next session, with its vectors', async () => {
    const folder = aFolder();
    const before = open({ folder, embedder: STAND_IN, most: 1000 });
    for (let i = 0; i < 150; i++) await before.add(`Explain line ${i} of the parser`, `response:${i}`);
    await before.matcher.close();
    const { matcher, find } = open({ folder, embedder: STAND_IN, most: 1000 });
    expect((await find('explain line 7 of the parser')).match?.key).toBe('response:7');
    expect((await find('Explain the line 149 of the parser')).match).toMatchObject({
      key: 'response:149',
      by: 'embedding',
    });
    expect(matcher.size).toBe(150);
  });

  it('is begun anew when it is torn, changed or of another format, which is told', async () => {
    for (const spoil of [
      (text: string) => text.slice(0, text.length / 2),
      (text: string) => text.replace('cache', 'stash'),
      (text: string) => withFormat(text, 1),
      (text: string) => withFormat(text, 3),
      () => 'nonsense',
    ]) {
      const folder = aFolder();
      const file = join(folder, 'questions.jsonl');
      const before = open({ folder });
      await before.add('Explain the cache', 'response:1');
      await before.matcher.close();
      writeFileSync(file, spoil(readFileSync(file, 'utf8')));
      const { find, problems, add, matcher } = open({ folder });
      expect(await find('explain the cache')).toEqual({ suggestions: [] });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('begun anew');
      await add('Explain the cache', 'response:2');
      await matcher.close();
      expect((await open({ folder }).find('explain the cache')).match?.key).toBe('response:2');
    }
  });

  it('holds what two processes on one storage have asked', async () => {
    const folder = aFolder();
    const [one, other] = [open({ folder }), open({ folder })];
    await one.add('Explain one', 'response:1');
    await other.add('Explain two', 'response:2');
    await one.matcher.close();
    await other.matcher.close();
    const next = open({ folder });
    expect((await next.find('explain one')).match?.key).toBe('response:1');
    expect((await next.find('explain two')).match?.key).toBe('response:2');
  });

  it('leaves out namespaces that are not kept on the disk', async () => {
    const folder = aFolder();
    const { matcher, add } = open({ folder, kept: false });
    await add('Explain one', 'response:1');
    await matcher.close();
    expect(readFileSync(join(folder, 'questions.jsonl'), 'utf8')).not.toContain('Explain');
  });
});
