/** Made-up data for the sections with figures: the same input always gives the same data. */
import type { AdviceData } from '../../../src/protocol/advice.ts';
import type { FilesPage, FilesQuery } from '../../../src/protocol/files.ts';
import { MISS_REASONS, type MissCounts, type MissesData } from '../../../src/protocol/misses.ts';
import type { Saved, SavedRow, SavingsData } from '../../../src/protocol/savings.ts';
import type { SettingsData } from '../../../src/protocol/settings.ts';

export const AT = Date.UTC(2026, 2, 1, 14, 5, 9);
const MINUTE = 60e3;
const DAY = 86_400e3;

/** A number in [0, 1) for a seed. */
function random(seed: number): number {
  let t = (seed + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const SHARES = { 'never-cached': 9, changed: 14, invalidated: 3, expired: 2, evicted: 5, failed: 1 } as const;
const DETAILS: Readonly<Record<string, string>> = {
  changed: 'the content of src/cache/cache.ts changed 4 s before',
  invalidated: 'tag folder/src/serve, by a person, 2 min before',
  expired: 'its time to live of 1 h ended 12 min before',
  evicted: 'by gdsf from the room of analysis, 3 min before, for analysis:symbols:2:src/engine/engine.ts',
  failed: 'shared level: connect ECONNREFUSED 127.0.0.1:6379',
};

export const NO_MISSES: MissesData = { range: '1h', step: MINUTE, points: [], counts: {}, recent: [] };

/** @param scale how many times the misses of a busy hour; every reason occurs from 10 on */
export function misses(scale = 1): MissesData {
  const first = Math.floor(AT / MINUTE) * MINUTE - 59 * MINUTE;
  const points = times(60, (index) => {
    const counts: Record<string, number> = {};
    for (const [reason, share] of Object.entries(SHARES)) {
      const count = Math.floor(random(index * 31 + share) ** 2 * share * scale);
      if (count > 0) counts[reason] = count;
    }
    if (scale >= 10) counts.version = counts.bypassed = index % 9;
    return { t: first + index * MINUTE, counts: counts as MissCounts };
  }).filter(({ t }) => t < AT - 35 * MINUTE || t > AT - 25 * MINUTE);
  const counts: Record<string, number> = {};
  for (const reason of MISS_REASONS) {
    const sum = points.reduce((total, point) => total + (point.counts[reason] ?? 0), 0);
    if (sum > 0) counts[reason] = sum;
  }
  const reasons = Object.keys(SHARES) as (keyof typeof SHARES)[];
  const recent = times(Math.min(500, 60 * scale), (index) => {
    const reason = reasons[Math.floor(random(index) * reasons.length)] ?? 'changed';
    const deep = index % 7 === 3 ? 'a/rather/deeply/nested/folder/of/generated/clients/' : '';
    const detail = DETAILS[reason];
    return {
      key: `analysis:outline:3:src/${deep}module-${index}.ts`,
      reason,
      ...(detail && { detail }),
      at: AT - index * index * 700,
    };
  });
  return { range: '1h', step: MINUTE, points, counts, recent };
}

const saved = (calls: number, model = false): Saved => ({
  calls,
  measured: Math.round(calls * 0.84),
  ms: calls * 1_140,
  ...(model && {
    ...{ modelCalls: calls, counted: calls, priced: calls },
    tokens: { input: calls * 2_100, output: calls * 310 },
    money: { amount: calls * 0.011, currency: 'USD' },
  }),
});

export const NO_SAVINGS: SavingsData = {
  period: '30d',
  since: AT,
  total: { calls: 0, measured: 0 },
  namespaces: [],
  agents: [],
  models: [],
  days: [],
  assumptions: [],
};

/** Model answers among them, so that tokens and money are known for some. */
export function savings(rows = 4, days = 30): SavingsData {
  const names = ['analysis', 'tool', 'response', 'memory'];
  const namespaces = times(rows, (index): SavedRow => {
    const name = names[index] ?? `own-namespace-with-a-long-name-${index}`;
    return { name, ...saved(Math.round(9_000 / (index + 1)), name === 'response') };
  });
  return {
    period: '30d',
    since: AT - 12 * DAY,
    total: saved(18_754, true),
    namespaces,
    agents: [
      { name: 'claude-code', ...saved(11_200, true) },
      { name: 'copilot', ...saved(6_900) },
      { name: '', calls: 654, measured: 0 },
    ],
    models: [
      { name: 'claude-sonnet-4-5', ...saved(2_812, true) },
      {
        name: 'local/qwen3-coder',
        calls: 188,
        measured: 188,
        ms: 420_000,
        ...{ modelCalls: 188, counted: 188 },
        tokens: { input: 90_000, output: 8_000 },
      },
    ],
    days: times(days, (index) => {
      const calls = index % 7 > 4 ? 0 : Math.round(200 + random(index) * 900);
      return { t: new Date(2026, 1, 1 - days + 28 + index).getTime(), calls, ms: calls * 1_140 };
    }).filter(({ calls }) => calls > 0),
    assumptions: [
      'A hit saves the time that computing the entry took when it was computed.',
      'Tokens are those that the provider reported when the answer was computed.',
      'Prices are those of the providers on 2026-02-20: claude-sonnet-4-5 $3.00 per million input and $15.00 per million output tokens.',
    ],
  };
}

/** Nothing but calls is known. */
export function unmeasuredSavings(): SavingsData {
  const total = { calls: 412, measured: 0 };
  return { ...NO_SAVINGS, total, namespaces: [{ name: 'tool', ...total }] };
}

export const NO_ADVICE: AdviceData = {
  items: [],
  actions: [],
  none: 'Advice needs at least 1,000 reads; there were 212 since the window opened.',
};

const MB = 2 ** 20;

export function advice(more = 0): AdviceData {
  return {
    items: [
      {
        id: 'size:memory',
        kind: 'size',
        title: 'More memory would turn 1 miss in 9 into a hit',
        text: 'The memory level evicts entries that are asked for again soon after. With 256 MB the same reads would miss less than half as often.',
        evidence: [
          '2,431 of 18,900 reads missed because the entry had been evicted.',
          'Half of these were asked for again within 6 min.',
        ],
        change: {
          setting: 'agentCache.memory.maxMegabytes',
          from: 128,
          to: 256,
          text: 'memory.maxMegabytes: 128 → 256',
        },
        state: 'open',
      },
      {
        id: 'stale:tool',
        kind: 'stale',
        namespace: 'tool',
        title: '120 entries were not read for 9 days',
        text: 'They take 14.2 MB of the file level, and nothing asked for them since they were stored.',
        evidence: ['The youngest of them was stored 9 d ago.'],
        keys: times(120, (index) => `tool:web_search:${(index * 2654435761).toString(16)}`),
        state: 'open',
      },
      ...times(more, (index) => ({
        id: `ttl:${index}`,
        kind: 'ttl' as const,
        namespace: `own-${index}`,
        title: `Answers of own-${index} stay true for longer than they are kept`,
        text: 'They expire after 5 min, and computing them again gives the same value.',
        evidence: ['96.4% of 512 computations after an expiry gave the same value.'],
        change: {
          setting: 'agentCache.namespaces',
          to: {},
          text: `namespaces.own-${index}.ttl: 300,000 → 450,000`,
        },
        state: 'open' as const,
      })),
      {
        id: 'ttl:memory',
        kind: 'ttl',
        namespace: 'memory',
        title: 'Keep recalled memories for longer',
        text: 'They expire before they change.',
        evidence: [],
        change: {
          setting: 'agentCache.namespaces',
          to: {},
          text: 'namespaces.memory.ttl: 900,000 → 1,350,000',
        },
        state: 'applied',
      },
    ],
    curve: {
      points: times(15, (index) => {
        const bytes = 2 ** (20 + index * 0.75);
        return { bytes, missRatio: 0.02 + 0.7 / (1 + (bytes / (90 * MB)) ** 1.3) };
      }),
      now: { bytes: 128 * MB },
      advised: { bytes: 256 * MB },
      reads: 18_900,
      sampled: 1_024,
    },
    actions: [
      {
        id: 'a3',
        at: AT - 20 * MINUTE,
        by: 'optimiser',
        text: 'namespaces.memory.ttl: 900,000 → 1,350,000',
        why: 'Expiry caused 61% of its misses, and the hit rate was below its target of 85%.',
        reverted: false,
      },
      {
        id: 'a2',
        at: AT - 2 * DAY,
        by: 'person',
        text: 'memory.maxEntries: 50,000 → 80,000',
        why: 'Upon the advice “Room for more entries”.',
        reverted: true,
      },
    ],
  };
}

export const FILES_QUERY: FilesQuery = {
  filter: '',
  sort: 'entries',
  descending: true,
  from: 0,
  count: 100,
};

/** A page as the host would send it, of so many files. */
export function files(total: number, query: FilesQuery = FILES_QUERY): FilesPage {
  const fits = (file: string): boolean => file.includes(query.filter);
  const all = times(total, (index) => {
    const deep = index % 9 === 4 ? 'a/rather/deeply/nested/folder/of/generated/clients/' : '';
    const folder = ['analysis', 'cache', 'freshness', 'insight', 'serve'][index % 5];
    const entries = Math.max(1, Math.round(900 / (index + 1)));
    const changes = index % 4 === 0 ? 12 - (index % 11) : 0;
    return {
      file: `src/${folder}/${deep}module-${index}.ts`,
      entries,
      bytes: entries * 24_310,
      ...(index % 6 !== 5 && { costMs: entries * (4 + random(index) * 60) }),
      changes,
      invalidated: changes * entries,
    };
  }).filter(({ file }) => fits(file));
  return {
    query,
    total,
    matched: all.length,
    rows: all.slice(query.from, query.from + query.count),
  };
}

export function settings(problems: readonly string[] = [], own = 0): SettingsData {
  const row = (id: string, group: string, title: string, value: string, changed = false) => ({
    id: `agentCache.${id}`,
    group,
    title,
    value,
    changed,
  });
  return {
    problems,
    rows: [
      row('enabled', 'General', 'Enabled', 'on'),
      row('namespaces', 'General', 'Namespaces', 'analysis, tool', true),
      row('agents', 'General', 'Agents', 'none'),
      row('confirmFrom', 'General', 'Confirm from', '50'),
      row('memory.maxEntries', 'Memory', 'Max entries', '80,000', true),
      row('memory.maxMegabytes', 'Memory', 'Max megabytes', '128'),
      row('memory.eviction', 'Memory', 'Eviction', 'gdsf'),
      row('shared.kind', 'Shared', 'Kind', 'redis', true),
      row('shared.servers', 'Shared', 'Servers', 'cache.example.com:6379, cache-2.example.com:6379', true),
      row('shared.username', 'Shared', 'Username', 'not set'),
      row('server.port', 'Server', 'Port', '0'),
      ...times(own, (index) =>
        row(`own.setting${index}`, `Own ${index % 12}`, `Setting ${index}`, String(index)),
      ),
    ],
  };
}
