import { expect, it } from 'vitest';
import { ask } from '../agent-server.ts';
import { CHAT, CHAT_ANSWER, json, provider, served, told } from './provider.ts';

const PATH = '/openai/v1/chat/completions';
/** Its list price is known: $1.25 per million of input, $0.125 of cached input, $10 of output. */
const PRICED = 'gpt-5';

it('tells what hits spared of models, the same through every door', async () => {
  const { url } = await provider((response, { body }) =>
    json(response, { ...CHAT_ANSWER, model: JSON.parse(body).model }),
  );
  const { post, server, engine } = await served(url);
  for (const [model, times] of [
    [PRICED, 3],
    ['my own', 2],
  ] as const) {
    for (let time = 1; time <= times; time++) {
      await told(await post(PATH, { ...CHAT, model }));
      if (time === 1)
        await expect.poll(() => engine.answers.data().counts.misses).toBe(model === PRICED ? 1 : 2);
    }
  }
  const dollars = 2 * (36 * 1.25e-6 + 64 * 0.125e-6 + 7 * 1e-5);
  const models = async () => (await ask(server, 'GET', '/api/v1/cache/stats')).body.models;
  await expect.poll(async () => (await models()).length).toBe(2);
  await expect.poll(models).toEqual([
    {
      ...{ name: PRICED, calls: 2, counted: 2, priced: 2, tokens: { input: 200, output: 14 } },
      money: { amount: expect.closeTo(dollars, 9), currency: 'USD' },
    },
    { name: 'my own', calls: 1, counted: 1, priced: 0, tokens: { input: 100, output: 7 } },
  ]);
  const exported = async (format: string) =>
    (await ask(server, 'GET', `/api/v1/export?what=statistics&format=${format}`)).body;
  expect((await exported('json')).models).toEqual(await models());
  const lines: string[] = (await exported('csv'))
    .split('\r\n')
    .filter((line: string) => /^models,/.test(line));
  expect(lines.map((line) => line.replace(/(money\.amount,0\.000\d{3}).*/, '$1'))).toEqual([
    ...[
      'calls,2',
      'counted,2',
      'priced,2',
      'tokens.input,200',
      'tokens.output,14',
      'money.amount,0.000246',
    ].map((figure) => `models,${PRICED},${figure}`),
    `models,${PRICED},money.currency,USD`,
    ...['calls,1', 'counted,1', 'priced,0', 'tokens.input,100', 'tokens.output,7'].map(
      (figure) => `models,my own,${figure}`,
    ),
  ]);
  const { url: address, token } = server;
  const scraped = await fetch(`${address}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(await scraped.text()).toContain(
    `agent_cache_saved_tokens_total{model="${PRICED}",direction="input"} 200`,
  );
  const { total } = (await ask(server, 'GET', '/api/v1/insight/savings?period=all')).body;
  expect(total).toMatchObject({ modelCalls: 3, counted: 3, priced: 2, tokens: { input: 300, output: 21 } });
});

it('counts a hit whose price is still being asked for when the cache is closed', async () => {
  const { url } = await provider((response) => json(response, { ...CHAT_ANSWER, model: PRICED }));
  const { post, engine, problems } = await served(url);
  await told(await post(PATH, CHAT));
  await expect.poll(() => engine.answers.data().stored.entries).toBe(1);
  expect((await told(await post(PATH, CHAT))).cache).toBe('hit');
  await engine.close();
  expect(engine.insight.statistics().models).toMatchObject([{ name: PRICED, calls: 1, priced: 1 }]);
  expect(problems).toEqual([]);
});
