import { describe, expect, it } from 'vitest';
import type { Advice } from '../../../../src/insight/advice/advice.ts';
import { diagnose } from '../../../../src/insight/advice/diagnosis.ts';
import { noneBecause } from '../../../../src/insight/advice/none.ts';
import { diagnosisReport } from '../../../../src/insight/advice/report.ts';
import type { AdviceItem } from '../../../../src/protocol/advice.ts';
import { advisedWorkspace } from './advised-workspace.ts';

function shown({ edit, ...advice }: Advice): AdviceItem {
  const change = edit && { change: { setting: edit.setting, to: edit.to, text: edit.text } };
  return { ...advice, ...change, state: 'open' };
}

describe('a diagnosis', () => {
  it('puts low hit rates first, with why reads missed and what was found', async () => {
    const { ask, advice, clock, namespaces, misses } = advisedWorkspace({
      tool: { ttl: '10 min', hitRate: 0.9 },
      own: { entries: 1000 },
    });
    for (let round = 0; round < 40; round++) {
      for (let key = 0; key < 5; key++) await ask(`tool:list:${key}`);
      for (let key = 0; key < 5; key++) await ask('own:one');
      await ask('rare:once');
      clock.now += round % 2 === 0 ? 13 * 60_000 : 60_000;
    }
    for (let key = 0; key < 3; key++) await ask(`seldom:${key}`);
    const items = (await advice()).map(shown);
    const diagnoses = diagnose([...namespaces], misses, items);
    expect(diagnoses.map(({ namespace, low }) => [namespace, low])).toEqual([
      ['tool', true],
      ['rare', false],
      ['own', false],
    ]);
    const [tool] = diagnoses;
    expect(tool).toMatchObject({ target: 0.9, reads: 200, causes: [{ id: 'ttl:tool' }] });
    expect(tool?.misses[0]?.reason).toBe('expired');

    const report = diagnosisReport('Agent Cache', diagnoses, { items: structuredClone(items), actions: [] });
    expect(report).toContain('The hit rate is low in `tool`.');
    expect(report).toMatch(/Change: `namespaces\.tool\.ttl: 10 min → 20 min`/);
    expect(report).toContain('| own | 200 | 99.5 % |  | 100 % never-cached |');
    expect(report).not.toContain('Also found');
  });

  it('says that there is no single cause where nothing was found, and what was found elsewhere', () => {
    const low = { namespace: 'own', reads: 100, hitRate: 0.1, low: true, misses: [], causes: [] };
    const item = {
      id: 'stale',
      kind: 'stale',
      title: 'Old ones',
      text: 'Go.',
      evidence: [],
      keys: ['a:1'],
    } as const;
    const report = diagnosisReport('T', [low], {
      items: [{ ...item, state: 'open' }],
      actions: [{ id: '1', at: 0, by: 'person', text: 'a → b', why: 'Because.', reverted: true }],
    });
    expect(report).toContain('No single cause was found');
    expect(report).toContain('## Also found');
    expect(report).toContain('Change: `Invalidate 1 key.`');
    expect(report).toContain('- 1970-01-01 00:00, person: a → b (taken back). Because.');
    expect(diagnosisReport('T', [], { items: [], actions: [], none: 'Nothing.' })).toContain('Nothing.');
  });

  it('tells too few reads from nothing to improve', async () => {
    const { ask, namespaces } = advisedWorkspace();
    await ask('test:a');
    expect(noneBecause(namespaces)).toMatch(/only 1 read .* too few/);
    for (let read = 0; read < 300; read++) await ask('test:a');
    expect(noneBecause(namespaces)).toMatch(/In 301 reads .* nothing was found/);
  });
});
