import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Namespaces } from '../../../../src/cache/namespace.ts';
import type { Asked } from '../../../../src/insight/asked.ts';
import { PRICES } from '../../../../src/insight/savings/assumptions.ts';
import { ledgerSchema, SavingsLedger } from '../../../../src/insight/savings/ledger.ts';
import { Savings } from '../../../../src/insight/savings/savings.ts';
import { workspaceWith } from '../../../support/workspace.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 5, 15, 12);
const utcDay = (at: number) => Math.floor(at / DAY) * DAY;

function hit(fields: Partial<Asked> = {}): Asked {
  const asked = { key: 'tool:a', namespace: 'tool', agent: 'alice', tool: 'outline', hit: true, ms: 1 };
  return { ...asked, level: 'memory', saved: { ms: 100 }, ...fields };
}

function open(at = NOON) {
  const ledger = new SavingsLedger(at, utcDay);
  const namespaces = new Namespaces();
  return { ledger, namespaces, savings: new Savings(ledger, namespaces) };
}

describe('savings', () => {
  it('counts hits and what they saved by namespace and agent, most calls first', () => {
    const { savings } = open();
    savings.asked(hit(), NOON);
    savings.asked(hit({ agent: undefined, namespace: 'analysis' }), NOON);
    savings.asked(hit({ saved: { ms: 20 } }), NOON);
    savings.asked(hit({ hit: false }), NOON);
    const data = savings.data('today', NOON);
    expect(data.total).toEqual({ calls: 3, measured: 3, ms: 220 });
    expect(data.namespaces).toEqual([
      { name: 'tool', calls: 2, measured: 2, ms: 120 },
      { name: 'analysis', calls: 1, measured: 1, ms: 100 },
    ]);
    expect(data.agents.map(({ name, calls }) => [name, calls])).toEqual([
      ['alice', 2],
      ['', 1],
    ]);
    expect(data.models).toEqual([]);
    expect(data.days).toEqual([{ t: utcDay(NOON), calls: 3, ms: 220 }]);
  });

  it('counts no hit of a computation that reads another entry', async () => {
    const ledger = new SavingsLedger(NOON, utcDay);
    const namespaces = new Namespaces();
    const savings = new Savings(ledger, namespaces);
    const { cache, write } = workspaceWith({ 'a.txt': 'a', 'b.txt': 'b' }, { namespaces });
    const ask = () =>
      cache.getOrCompute('tool:upper', async (context) => {
        await context.readFile('b.txt');
        return context.entry('tool:lower', async (own) => (await own.readFile('a.txt'))?.text());
      });
    await ask();
    write('b.txt', 'another');
    expect((await ask()).from).toBe('computed');
    const { memoryHits, belowHits, savedMs } = namespaces.get('tool');
    expect([memoryHits, belowHits, savedMs]).toEqual([1, 1, 0]);
    savings.beat(NOON);
    expect(savings.data('all', NOON).total).toEqual({ calls: 0, measured: 0 });
    expect((await ask()).from).toBe('memory');
    savings.beat(NOON);
    expect(savings.data('all', NOON).total.calls).toBe(1);
  });

  it('says nothing of what was not measured, and never 0 for it', () => {
    const { savings } = open();
    savings.asked(hit({ saved: undefined }), NOON);
    const { total, days, assumptions } = savings.data('all', NOON);
    expect(total).toEqual({ calls: 1, measured: 0 });
    expect(days[0]).not.toHaveProperty('ms');
    expect(assumptions.join(' ')).toMatch(/Tokens and money are unknown/);
    savings.asked(hit({ saved: { ms: 5 } }), NOON);
    expect(savings.data('all', NOON).total).toEqual({ calls: 2, measured: 1, ms: 5 });
  });

  it('adds tokens and money by model, agent and namespace, and says of how many calls they are known', () => {
    const { savings } = open();
    const answer = (model: string, saved: Asked['saved']) =>
      savings.asked(hit({ namespace: 'response', key: 'response:a', model, saved }), NOON);
    const tokens = { input: 1000, output: 100 };
    const money = { amount: 0.25, currency: 'USD' } as const;
    answer('priced', { ms: 50, tokens, money });
    answer('priced', { ms: 50, tokens, money });
    answer('local', { ms: 50, tokens });
    answer('', undefined);
    savings.asked(hit(), NOON);
    const data = savings.data('today', NOON);
    const known = { modelCalls: 4, counted: 3, priced: 2 };
    expect(data.total).toEqual({
      ...{ calls: 5, measured: 4, ms: 250, ...known },
      ...{ tokens: { input: 3000, output: 300 }, money: { amount: 0.5, currency: 'USD' } },
    });
    expect(data.models).toEqual([
      {
        ...{ name: 'priced', calls: 2, measured: 2, ms: 100, modelCalls: 2, counted: 2, priced: 2 },
        ...{ tokens: { input: 2000, output: 200 }, money: { amount: 0.5, currency: 'USD' } },
      },
      { name: '', calls: 1, measured: 0, modelCalls: 1 },
      { name: 'local', calls: 1, measured: 1, ms: 50, modelCalls: 1, counted: 1, tokens },
    ]);
    expect(data.agents).toMatchObject([{ name: 'alice', calls: 5, ...known }]);
    expect(data.namespaces).toMatchObject([
      { name: 'response', calls: 4, ...known },
      { name: 'tool', calls: 1 },
    ]);
    const said = data.assumptions.join(' ');
    expect(said).toContain('The tokens are known of 3 of 4 calls of models');
    expect(said).toContain('The price is known of 2 of 4 calls of models');
    expect(said).toContain(`${PRICES.name} ${PRICES.version}`);
    expect(said).not.toContain('no answer in this period stood in');
  });

  it('says that tokens or prices are unknown of all, and speaks of no price list then', () => {
    const { savings } = open();
    savings.asked(hit({ model: 'local', saved: { ms: 1, tokens: { input: 1, output: 1 } } }), NOON);
    const { total, assumptions } = savings.data('today', NOON);
    expect(total).not.toHaveProperty('money');
    expect(assumptions.join(' ')).toContain(
      'The price is unknown of the one call of a model: the model is not in the list',
    );
    expect(assumptions.join(' ')).not.toContain(PRICES.name);
  });

  it('names the list of prices that is built in', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
    expect(manifest.devDependencies[PRICES.name]).toBe(PRICES.version);
  });

  it('covers today, 7 and 30 days and all time, and says since when', () => {
    const { savings } = open(NOON - 40 * DAY);
    for (let day = 40; day >= 0; day--) savings.asked(hit(), NOON - day * DAY);
    const calls = (period: 'today' | '7d' | '30d' | 'all') => savings.data(period, NOON).total.calls;
    expect([calls('today'), calls('7d'), calls('30d'), calls('all')]).toEqual([1, 7, 30, 41]);
    expect(savings.data('7d', NOON).since).toBe(utcDay(NOON) - 6 * DAY);
    expect(savings.data('all', NOON).since).toBe(NOON - 40 * DAY);
    expect(savings.data('all', NOON).days).toHaveLength(31);
    expect(open().savings.data('30d', NOON).since).toBe(NOON);
  });

  it('counts the hits of who asks the cache itself once, whether the question is told before or after the beat', () => {
    const { savings, namespaces } = open();
    const namespace = namespaces.get('tool');
    namespace.memoryHits = 3;
    namespace.savedMs = 300;
    savings.asked(hit(), NOON);
    savings.beat(NOON); // two more, for nobody known
    expect(savings.data('today', NOON).total).toEqual({ calls: 3, measured: 3, ms: 300 });
    savings.asked(hit(), NOON); // of a read that the next beat sees
    namespace.memoryHits = 4;
    namespace.savedMs = 400;
    savings.beat(NOON);
    savings.beat(NOON);
    expect(savings.data('today', NOON).total).toEqual({ calls: 4, measured: 4, ms: 400 });
  });

  it('goes on where an earlier process ended', () => {
    const before = open(NOON - DAY);
    const money = { amount: 0.5, currency: 'USD' } as const;
    before.savings.asked(hit({ model: 'm1', saved: { ms: 100, money } }), NOON - DAY);
    const kept = ledgerSchema.parse(JSON.parse(JSON.stringify(before.ledger.keep())));
    const { savings, ledger } = open();
    savings.asked(hit(), NOON);
    ledger.take(kept);
    expect(savings.data('7d', NOON).total).toEqual({
      ...{ calls: 2, measured: 2, ms: 200, modelCalls: 1, priced: 1, money },
    });
    expect(savings.data('7d', NOON).models.map(({ name }) => name)).toEqual(['m1']);
    expect(savings.data('today', NOON).total.calls).toBe(1);
    expect(savings.data('all', NOON)).toMatchObject({ since: NOON - DAY, total: { calls: 2 } });
  });

  it('stays bounded however many agents there are, and loses no call', () => {
    const { savings, ledger } = open();
    for (let n = 0; n < 2000; n++) savings.asked(hit({ agent: `agent-${n}` }), NOON);
    expect(ledger.all.length).toBeLessThanOrEqual(501);
    expect(savings.data('all', NOON).total.calls).toBe(2000);
    expect(ledgerSchema.safeParse(ledger.keep()).success).toBe(true);
  });
});
