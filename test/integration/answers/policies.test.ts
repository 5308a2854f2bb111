import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Policies, type PoliciesInput } from '../../../src/cache/policy/scopes.ts';
import { temporaryFolder } from '../../support/workspace.ts';
import { project } from '../agent-server.ts';
import { service } from '../embeddings-service.ts';
import { CHAT, CHAT_ANSWER, json, provider, served, told } from './provider.ts';

const PATH = '/openai/v1/chat/completions';
const SENTENCE =
  'and such answers are kept only with "sampled": true for response (agentCache.namespaces, or agentCache.agents for one agent).';

/** A provider that answers each time something else. */
async function numbering() {
  const { url, calls } = await provider((response) =>
    json(response, { ...CHAT_ANSWER, id: `answer ${calls.length}` }),
  );
  return { url, calls };
}

interface Given {
  readonly model?: Awaited<ReturnType<typeof numbering>>;
  readonly root?: string;
  readonly storage?: string;
  readonly embeddings?: string;
}

/** A proxy under these policies. */
async function under(input: PoliciesInput, given: Given = {}) {
  const { model, root = project(), storage = temporaryFolder(), embeddings } = given;
  const policies = new Policies(input);
  expect(policies.report.problems).toEqual([]);
  const { url, calls } = model ?? (await numbering());
  const here = await served(url, {}, root, storage, {
    policies,
    ...(embeddings !== undefined && {
      embeddings: {
        service: () => ({ url: embeddings, model: 'm', timeoutMs: 5000 }),
        key: async () => undefined,
      },
    }),
  });
  const ask = async (agent: string, text: string, more: object = {}) => {
    const body = { ...CHAT, messages: [{ role: 'user', content: text }], ...more };
    const response = await here.post(PATH, body, { 'x-agent-cache-agent': agent });
    const { cache, reason, text: answer } = await told(response);
    return { cache, reason, id: JSON.parse(answer).id as string };
  };
  /** Asks what is answered by the provider, and waits until it can be found. */
  const learn = async (agent: string, text: string, questions: number, more: object = {}) => {
    const { misses } = here.engine.answers.data().counts;
    const asked = await ask(agent, text, more);
    expect(asked.cache).toBe('miss');
    await expect.poll(() => here.engine.answers.data().counts.misses).toBe(misses + 1);
    await expect.poll(() => here.engine.matching.data().matching.questions).toBe(questions);
    return asked.id;
  };
  return { ...here, policies, calls, ask, learn };
}

describe('an answer that another call would give otherwise', () => {
  const evaluator = { agents: { evaluator: { response: { sampled: true } } } };

  it.each([undefined, 0.7, 1])(
    'is kept for the agent whose policy says so, and for no other: temperature %s',
    async (temperature) => {
      const { ask, engine, calls } = await under(evaluator);
      const sampled = { temperature };
      expect((await ask('evaluator', 'Why?', sampled)).cache).toBe('miss');
      await expect.poll(async () => (await ask('evaluator', 'Why?', sampled)).cache).toBe('hit');
      const before = calls.length;
      for (const asked of [1, 2]) {
        const { cache, reason, id } = await ask('other', 'Why?', sampled);
        expect([cache, id]).toEqual(['bypass', `answer ${before + asked}`]);
        const is = temperature === undefined ? 'is not set' : `is ${temperature}`;
        expect(reason).toBe(`Its temperature ${is}, ${SENTENCE}`);
      }
      expect(engine.answers.data().stored.entries).toBe(1);
    },
  );

  it('is kept for all agents but the one whose policy says no, from the next question on', async () => {
    const given = {
      global: { response: { sampled: true } },
      agents: { careful: { '*': { sampled: false } } },
    };
    const { ask, policies, engine } = await under(given);
    const sampled = { temperature: 1 };
    expect((await ask('careful', 'Why?', sampled)).cache).toBe('bypass');
    expect((await ask('other', 'Why?', sampled)).cache).toBe('miss');
    await expect.poll(async () => (await ask('other', 'Why?', sampled)).cache).toBe('hit');
    policies.update({});
    engine.reconfigure();
    expect((await ask('other', 'Why?', sampled)).cache).toBe('bypass');
  });
});

describe('an agent for whom alone answers are kept', () => {
  const alone = {
    global: { response: { strategy: 'none' as const } },
    agents: { helper: { response: { strategy: 'semantic' as const } } },
  };

  it('has them in the next session too, and others have none', async () => {
    const given = { model: await numbering(), root: project(), storage: temporaryFolder() };
    const { ask, learn, engine } = await under(alone, given);
    const first = await learn('helper', 'Explain the cache', 1);
    expect((await ask('other', 'Explain the cache')).id).not.toBe(first);
    expect(await ask('helper', 'Explain the cache')).toMatchObject({ cache: 'hit', id: first });
    await engine.close();

    const next = await under(alone, given);
    expect((await next.ask('other', 'Explain the cache')).id).not.toBe(first);
    expect(await next.ask('helper', 'explain the cache')).toMatchObject({ cache: 'similar', id: first });
    await next.engine.close();

    const last = await under(alone, given);
    expect(await last.ask('helper', 'Explain the cache')).toMatchObject({ cache: 'hit', id: first });
  });
});

describe('a similar question', () => {
  const helper = { agents: { helper: { response: { strategy: 'semantic' as const } } } };

  it('is answered for the agent whose policy says so, and for no other, in the next session too', async () => {
    const given = { model: await numbering(), root: project(), storage: temporaryFolder() };
    const { ask, learn, engine, storage } = await under(helper, given);
    const first = await learn('helper', 'Explain the cache', 1);
    await learn('other', 'Explain the cache', 1);
    expect(await ask('helper', 'explain the  cache')).toMatchObject({ cache: 'similar', id: first });
    expect((await ask('other', 'explain the  cache')).cache).toBe('miss');
    await engine.close();
    const lines = readFileSync(join(storage, 'semantic/questions.jsonl'), 'utf8');
    expect(lines).toContain('"agent":"helper"');
    expect(lines).not.toContain('"agent":"other"');

    const next = await under(helper, given);
    expect((await next.ask('other', 'Please explain the cache')).cache).toBe('miss');
    expect(await next.ask('helper', 'Please explain the cache')).toMatchObject({
      cache: 'similar',
      id: first,
    });
  });

  it('of one agent is never answered by what another was told, though both have the strategy', async () => {
    const { ask, learn } = await under({ global: { response: { strategy: 'semantic' } } });
    const mine = await learn('helper', 'Explain the cache', 1);
    const other = await ask('other', 'explain the  cache');
    expect(other.cache).toBe('miss');
    expect(other.id).not.toBe(mine);
    expect(await ask('helper', 'explain the cache')).toMatchObject({ cache: 'similar', id: mine });
  });

  it('has to be as similar as the policy of the agent says', async () => {
    const { url } = await service();
    const { ask, learn, engine } = await under(
      {
        global: { response: { strategy: 'semantic' } },
        agents: { lenient: { response: { similarity: 0.6 } } },
      },
      { embeddings: url },
    );
    const first = await learn('lenient', 'Where is the repo configured?', 1);
    await learn('other', 'Where is the repo configured?', 2);
    // 0.70 by the service, and the same words but for a short form.
    const [lenient, other] = [
      await ask('lenient', 'Where is the repository configured?'),
      await ask('other', 'Where is the repository configured?'),
    ];
    expect(lenient).toMatchObject({ cache: 'similar', id: first });
    expect(other.cache).toBe('miss');
    expect(engine.matching.data().matches[0]?.outcome).toBe('below-threshold');
  });
});
