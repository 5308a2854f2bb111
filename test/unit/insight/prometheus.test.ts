import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../src/insight/export/csv.ts';
import { bounded } from '../../../src/insight/prometheus/bounded.ts';
import { modelFamilies } from '../../../src/insight/prometheus/models.ts';
import { type Family, textOf } from '../../../src/insight/prometheus/text-format.ts';
import { ModelTotals } from '../../../src/insight/savings/model-totals.ts';

const text = (family: Family) => [...textOf([family])].join('');

describe('the text format of Prometheus', () => {
  it('has help and type once, then a line for each series', () => {
    const samples = [{ labels: { level: 'memory' }, value: 2 }, { value: 0.5 }];
    expect(text({ name: 'hits_total', help: 'Reads.', type: 'counter', samples })).toBe(
      '# HELP hits_total Reads.\n# TYPE hits_total counter\nhits_total{level="memory"} 2\nhits_total 0.5\n',
    );
  });

  it('says nothing of a metric without series', () => {
    expect(text({ name: 'none', help: 'x', type: 'gauge', samples: [] })).toBe('');
  });

  it('escapes what agents call themselves', () => {
    const labels = { agent: 'a"b\\c\nd\ud800' };
    const line = text({ name: 'm', help: 'a\\b\nc', type: 'gauge', samples: [{ labels, value: 1 }] });
    expect(line).toBe('# HELP m a\\\\b\\nc\n# TYPE m gauge\nm{agent="a\\"b\\\\c\\nd\ufffd"} 1\n');
  });

  it.each([
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
    [1e21, '1e+21'],
    [0.000_001, '0.000001'],
  ])('writes %d as %s', (value, written) => {
    expect(text({ name: 'm', help: 'x', type: 'gauge', samples: [{ value }] })).toContain(`m ${written}\n`);
  });
});

describe('the namespaces with series of their own', () => {
  it('are the first 64; all others are summed up, and no read is lost', () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({
      ...{ name: `n${i}`, hits: { memory: 3, file: 2, shared: 1 }, misses: 4 },
      ...{ joined: 1, evictions: 2, savedMs: 10, hitRate: 0.6, target: 0.9 },
    }));
    const shown = bounded(rows);
    expect(shown).toHaveLength(65);
    expect(shown.at(-1)).toEqual({
      ...{ name: 'other', hits: { memory: 108, file: 72, shared: 36 }, misses: 144 },
      ...{ joined: 36, evictions: 72, savedMs: 360, hitRate: 0.6 },
    });
    expect(bounded(rows.slice(0, 64))).toHaveLength(64);
  });
});

describe('a line of CSV', () => {
  it('quotes what would end a cell, and keeps formulas from being run', () => {
    expect(csvLine(['a', 1, undefined, 'b,c', 'd"e', 'f\ng'])).toBe('a,1,,"b,c","d""e","f\ng"\r\n');
    expect(csvLine(['=1+1', '+a', '-a', '@a', -1])).toBe("'=1+1,'+a,'-a,'@a,-1\r\n");
  });
});

describe('the models with series of their own', () => {
  it('are the first 32; all others are summed up, and what is unknown adds nothing', () => {
    const models = new ModelTotals();
    const asked = { key: 'response:a', namespace: 'response', agent: undefined, tool: undefined, ms: 1 };
    const tokens = { input: 10, output: 2 };
    const money = { amount: 0.5, currency: 'USD' } as const;
    for (let n = 0; n < 40; n++) {
      const hit = { ...asked, hit: true, level: 'memory', model: `m${n}` } as const;
      models.add({ ...hit, saved: { ms: 1, tokens, ...(n !== 0 && { money }) } });
      models.add({ ...hit, saved: undefined });
      models.add({ ...hit, hit: false, saved: undefined });
    }
    models.add({ ...asked, hit: true, level: 'memory', saved: { ms: 1 } });
    const lines = modelFamilies(models).map(text).join('');
    expect(lines).toContain('agent_cache_saved_model_calls_total{model="m0"} 2\n');
    expect(lines).toContain('agent_cache_saved_dollars_total{model="m0"} 0\n');
    expect(lines).toContain('agent_cache_saved_tokens_total{model="m1",direction="output"} 2\n');
    expect(lines).toContain('agent_cache_saved_model_calls_total{model="other"} 16\n');
    expect(lines).toContain('agent_cache_saved_dollars_total{model="other"} 4\n');
    expect([...models]).toHaveLength(33);
  });
});
