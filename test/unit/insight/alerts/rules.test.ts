import { describe, expect, it } from 'vitest';
import { DEFAULT_ALERTS, readRules } from '../../../../src/insight/alerts/rules.ts';

const RULE = { metric: 'hitRate', operator: '<', threshold: 0.6 };
const WINDOW = 'Fits: a duration from "5 s" to "24h".';
const COOLDOWN = 'Fits: a duration from "1 min" to "24h", or "none".';
const METRICS = 'Fits: "hitRate", "memory", "disk", "errors", "failing", "latency", "evictions" or "misses".';
const PART = 'Fits: a part from 0 to 1 such as 0.6, or "60%".';
const ACTIONS = 'Fits: a list of "notification", "log" and "webhook".';
const REASONS =
  'Fits: "never-cached", "changed", "invalidated", "expired", "evicted", "version", "failed" or "bypassed".';
const FIELDS =
  'There are: name, enabled, metric, namespace, level, reason, operator, threshold, window, cooldown, actions.';

describe('a rule', () => {
  it('has defaults for what is absent, and a name that says what it is about', () => {
    expect(readRules([RULE])).toEqual({
      problems: [],
      rules: [
        {
          name: 'hitRate < 0.6',
          enabled: true,
          metric: 'hitRate',
          narrowedTo: undefined,
          operator: '<',
          threshold: 0.6,
          windowMs: 300_000,
          cooldownMs: 3_600_000,
          actions: ['log'],
        },
      ],
    });
  });

  it.each<[object, object]>([
    [{ threshold: '60%' }, { threshold: 0.6 }],
    [{ threshold: '99.5 %' }, { threshold: 0.995 }],
    [{ namespace: 'analysis' }, { narrowedTo: 'analysis', name: 'hitRate of analysis < 0.6' }],
    [{ metric: 'latency', threshold: '1.5 s' }, { threshold: 1500 }],
    [{ metric: 'latency', threshold: 250 }, { threshold: 250 }],
    [
      { metric: 'errors', level: 'shared', threshold: 10 },
      { narrowedTo: 'shared', threshold: 10 },
    ],
    [{ metric: 'misses', reason: 'changed', threshold: 100 }, { narrowedTo: 'changed' }],
    [
      { window: '5 s', cooldown: 'none' },
      { windowMs: 5000, cooldownMs: 0 },
    ],
    [{ actions: ['webhook', 'log', 'log'] }, { actions: ['webhook', 'log'] }],
    [
      { enabled: false, name: 'Mine' },
      { enabled: false, name: 'Mine' },
    ],
  ])('takes %j', (more, expected) => {
    const { rules, problems } = readRules([{ ...RULE, ...more }]);
    expect(problems).toEqual([]);
    expect(rules?.[0]).toMatchObject(expected);
  });

  it.each<[object, string]>([
    [{ metric: 'hitrate' }, `.metric: "hitrate" does not fit. ${METRICS}`],
    [{ metric: undefined }, `.metric: undefined does not fit. ${METRICS}`],
    [{ operator: '=' }, '.operator: "=" does not fit. Fits: "<", "<=", ">" or ">=".'],
    [{ operator: 5 }, '.operator: 5 does not fit. Fits: "<", "<=", ">" or ">=".'],
    [{ threshold: 60 }, `.threshold: 60 does not fit "hitRate". ${PART}`],
    [{ threshold: -0.1 }, `.threshold: -0.1 does not fit "hitRate". ${PART}`],
    [{ threshold: '160%' }, `.threshold: "160%" does not fit "hitRate". ${PART}`],
    [{ threshold: 'low' }, `.threshold: "low" does not fit "hitRate". ${PART}`],
    [
      { threshold: true },
      '.threshold: true does not fit. Fits: a number, "60%", or a duration such as "500 ms".',
    ],
    [
      { metric: 'errors', threshold: '5%' },
      '.threshold: "5%" does not fit "errors". Fits: a number from 0 to 1000000.',
    ],
    [
      { metric: 'errors', threshold: 2_000_000 },
      '.threshold: 2000000 does not fit "errors". Fits: a number from 0 to 1000000.',
    ],
    [
      { metric: 'evictions', threshold: -1 },
      '.threshold: -1 does not fit "evictions". Fits: a number per minute, from 0 to 1000000.',
    ],
    [
      { metric: 'latency', threshold: 'slow' },
      '.threshold: "slow" does not fit "latency". Fits: a duration such as "500 ms", or a number of milliseconds.',
    ],
    [{ window: '1 s' }, `.window: "1 s" does not fit. ${WINDOW}`],
    [{ window: '2 d' }, `.window: "2 d" does not fit. ${WINDOW}`],
    [{ window: 'none' }, `.window: "none" does not fit. ${WINDOW}`],
    [{ window: [] }, `.window: [] does not fit. ${WINDOW}`],
    [{ cooldown: 'soon' }, `.cooldown: "soon" does not fit. ${COOLDOWN}`],
    [{ cooldown: '1 s' }, `.cooldown: "1 s" does not fit. ${COOLDOWN}`],
    [{ actions: [] }, `.actions: [] does not fit. ${ACTIONS}`],
    [{ actions: 'log' }, `.actions: "log" does not fit. ${ACTIONS}`],
    [
      { actions: ['log', 'mail'] },
      '.actions[1]: "mail" does not fit. Fits: "notification", "log" or "webhook".',
    ],
    [{ enabled: 'no' }, '.enabled: "no" does not fit. Fits: true or false.'],
    [{ name: '' }, '.name: "" does not fit. Fits: a text of 1 to 100 characters.'],
    [{ name: 'a\nb' }, '.name: "a\\nb" does not fit. Fits: a text of 1 to 100 characters.'],
    [
      { namespace: 'Analysis' },
      '.namespace: "Analysis" does not fit. Fits: the name of a namespace, such as "analysis".',
    ],
    [{ level: 'disk' }, '.level: "disk" does not fit. Fits: "memory", "file" or "shared".'],
    [{ reason: 'old' }, `.reason: "old" does not fit. ${REASONS}`],
    [{ level: 'file' }, '.level: "hitRate" is not counted by level. "errors" and "failing" can be.'],
    [{ reason: 'changed' }, '.reason: "hitRate" is not counted by reason. "misses" can be.'],
    [
      { metric: 'memory', namespace: 'tool' },
      '.namespace: "memory" is not counted by namespace. "hitRate" can be.',
    ],
    [{ email: 'me' }, `: There is no field "email". ${FIELDS}`],
  ])('%j is refused alone, with where and why', (more, problem) => {
    const good = { ...RULE, name: 'good' };
    const { rules, problems } = readRules([{ ...RULE, ...more }, good]);
    expect(problems).toEqual([`agentCache.alerts[0]${problem}`]);
    expect(rules?.map(({ name }) => name)).toEqual(['good']);
  });

  it('that is none, or has the name of another, is refused alone', () => {
    const { rules, problems } = readRules([5, RULE, null, RULE]);
    expect(problems).toEqual([
      'agentCache.alerts[0]: 5 does not fit. Fits: an object.',
      'agentCache.alerts[2]: null does not fit. Fits: an object.',
      'agentCache.alerts[3].name: "hitRate < 0.6" is the name of a rule before it. Name each differently.',
    ]);
    expect(rules).toHaveLength(1);
  });
});

describe('the list of rules', () => {
  it.each<[unknown, string]>([
    ['all', 'agentCache.alerts: "all" does not fit. Fits: a list of rules.'],
    [{}, 'agentCache.alerts: {} does not fit. Fits: a list of rules.'],
    [Array(51).fill(RULE), 'agentCache.alerts: 51 rules are too many. Fits: 50 at the most.'],
  ])('%j is refused whole', (input, problem) => {
    expect(readRules(input)).toEqual({ problems: [problem] });
  });

  it('is quiet by default: two rules, told of in the log', () => {
    const { rules, problems } = readRules(DEFAULT_ALERTS);
    expect(problems).toEqual([]);
    expect(rules?.map(({ metric, actions }) => [metric, actions])).toEqual([
      ['failing', ['log']],
      ['memory', ['log']],
    ]);
  });
});
