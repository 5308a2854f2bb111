import { describe, expect, it } from 'vitest';
import { type Action, ActionLog, actionsSchema } from '../../../../src/insight/advice/action-log.ts';
import type { Advice } from '../../../../src/insight/advice/advice.ts';
import { AdviceDesk } from '../../../../src/insight/advice/advice-desk.ts';
import { withValueAt } from '../../../../src/insight/advice/setting-value.ts';
import type { Keeping } from '../../../../src/insight/keeping/keeping.ts';

const base = { title: 'Too short', text: 'Make it longer.', evidence: ['It was measured.'] };
const TTL: Advice = {
  ...base,
  id: 'ttl:tool',
  kind: 'ttl',
  edit: {
    setting: 'agentCache.namespaces',
    path: ['tool', 'ttl'],
    to: '30 min',
    text: 'namespaces.tool.ttl: 15 min → 30 min',
  },
};
const STALE: Advice = { ...base, id: 'stale', kind: 'stale', keys: ['test:a', 'test:b'] };
const CHURN: Advice = { ...base, id: 'churn:a', kind: 'churn' };

/** Keeps as a file does: what was saved last, as JSON. */
class Kept implements Keeping<readonly Action[]> {
  text: string | undefined;
  async takeOver() {
    return this.text === undefined ? [] : [actionsSchema.parse(JSON.parse(this.text))];
  }
  async save(value: readonly Action[]) {
    this.text = JSON.stringify(value);
  }
}

async function open({ settings = {}, keeping = new Kept(), writable = true } = {}) {
  const values: Record<string, unknown> = settings;
  const problems: string[] = [];
  const invalidated: (readonly string[])[] = [];
  const undone: string[] = [];
  const log = new ActionLog(
    keeping,
    (error) => problems.push(error.message),
    () => 7,
  );
  await log.load();
  const desk = new AdviceDesk({
    log,
    settings: writable
      ? {
          read: (id) => values[id],
          write: async (id, value) => {
            values[id] = value;
          },
        }
      : undefined,
    advice: async () => [TTL, STALE, CHURN],
    invalidate: async (keys) => {
      invalidated.push(keys);
      return 'undo-1';
    },
    undo: async (id) => void undone.push(id),
    release: () => {},
  });
  return { desk, log, values, invalidated, undone, problems, keeping };
}

const SETTING = 'agentCache.namespaces';

describe('following advice', () => {
  it('changes the setting and nothing else in it, and says what it is from and to', async () => {
    const { desk, values, log } = await open({ settings: { [SETTING]: { prompt: { ttl: '1 h' } } } });
    const [item] = await desk.items();
    expect(item).toMatchObject({
      state: 'open',
      change: {
        setting: SETTING,
        from: { prompt: { ttl: '1 h' } },
        to: { prompt: { ttl: '1 h' }, tool: { ttl: '30 min' } },
      },
    });
    await desk.apply('ttl:tool');
    expect(values[SETTING]).toEqual({ prompt: { ttl: '1 h' }, tool: { ttl: '30 min' } });
    expect((await desk.items())[0]?.state).toBe('applied');
    expect(log.shown).toMatchObject([{ by: 'person', at: 7, reverted: false, why: 'Too short' }]);
    await expect(desk.apply('ttl:tool')).rejects.toThrow(/followed already/);
  });

  it('is taken back with one call, by the advice or the action, to just what was set before', async () => {
    for (const before of [undefined, { tool: { ttl: '15 min', levels: ['memory'] } }]) {
      const { desk, values, log } = await open({ settings: { [SETTING]: before } });
      const { id } = await desk.apply('ttl:tool');
      await desk.revert(before ? id : 'ttl:tool');
      expect(values[SETTING]).toEqual(before);
      expect(log.shown[0]?.reverted).toBe(true);
      expect((await desk.items())[0]?.state).toBe('open');
      await expect(desk.revert(id)).rejects.toThrow(/already/);
    }
  });

  it('is taken back after a restart too', async () => {
    const first = await open();
    await first.desk.apply('ttl:tool');
    const second = await open({ settings: first.values, keeping: first.keeping });
    expect((await second.desk.items())[0]?.state).toBe('applied');
    await second.desk.revert('ttl:tool');
    expect(second.values[SETTING]).toBeUndefined();
  });

  it('leaves alone what the person changed meanwhile, and says so', async () => {
    const { desk, values } = await open();
    await desk.apply('ttl:tool');
    values[SETTING] = { tool: { ttl: '2 h' } };
    await expect(desk.revert('ttl:tool')).rejects.toThrow(/tool\.ttl was changed since, and stays/);
    expect(values[SETTING]).toEqual({ tool: { ttl: '2 h' } });
    values[SETTING] = { tool: { ttl: '30 min', sliding: true } }; // another field is no matter
    await desk.revert('ttl:tool');
    expect(values[SETTING]).toEqual({ tool: { sliding: true } });
  });

  it('invalidates keys where that is the advice, which is undone', async () => {
    const { desk, invalidated, undone } = await open();
    await desk.apply('stale');
    expect(invalidated).toEqual([['test:a', 'test:b']]);
    await desk.revert('stale');
    expect(undone).toEqual(['undo-1']);
  });

  it('says what to set where there are no settings, and that there is nothing to do where there is not', async () => {
    const { desk } = await open({ writable: false });
    await expect(desk.apply('ttl:tool')).rejects.toThrow(/Set it where they are: namespaces\.tool\.ttl/);
    await expect(desk.apply('churn:a')).rejects.toThrow(/no setting to change/);
    await expect(desk.apply('gone')).rejects.toThrow(/does not hold any more/);
  });

  it('is done though it cannot be written down, which is told', async () => {
    const keeping = new Kept();
    keeping.save = () => Promise.reject(new Error('disk full'));
    const { desk, values, problems } = await open({ keeping });
    await desk.apply('ttl:tool');
    expect(values[SETTING]).toEqual({ tool: { ttl: '30 min' } });
    expect(problems).toEqual(['disk full']);
  });

  it('remembers the last 200 actions', async () => {
    const { log } = await open();
    const did = { kind: 'warm', namespace: 'a', keys: [] } as const;
    for (let n = 0; n < 300; n++)
      await log.add({ by: 'optimiser', text: `${n}`, why: '', did: { ...did, keys: [] } });
    expect(log.shown).toHaveLength(200);
    expect(log.shown[0]?.text).toBe('299');
  });
});

describe('a value within a setting', () => {
  it('is put in and taken out without touching its neighbours', () => {
    expect(withValueAt(undefined, ['a', 'b'], 1)).toEqual({ a: { b: 1 } });
    expect(withValueAt({ a: { b: 1 } }, ['a', 'b'], undefined)).toBeUndefined();
    expect(withValueAt({ a: { b: 1, c: 2 }, d: 3 }, ['a', 'b'], undefined)).toEqual({ a: { c: 2 }, d: 3 });
    expect(withValueAt(5, [], 6)).toBe(6);
  });
});
