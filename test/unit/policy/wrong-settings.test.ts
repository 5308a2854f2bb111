import { describe, expect, it } from 'vitest';
import { Policies } from '../../../src/cache/policy/scopes.ts';

const DURATION =
  'Fits: "250ms", "30 s", "5 min", "24h", "7 d", "none", or a number of milliseconds; ten years at the most.';
const SIZE = 'Fits: "500 KB", "10 MB", "1 GB", or a number of bytes; from 64 KB to 64 GB.';
const ENTRIES = 'Fits: a whole number from 1 to 10000000.';
const FIELDS = 'enabled, ttl, sliding, levels, write, sensitivity, keyParams, strategy, similarity, sampled';
const PARAMS = 'Fits: {"only": […]} or {"ignore": […]}, with the names of parameters.';

/** Settings of the namespace `prompt`, the path below it, and the sentence. */
const FIELDS_OF_PROMPT: [object, string, string][] = [
  [{ enabled: 1 }, 'enabled', '1 does not fit. Fits: true or false.'],
  [{ ttl: '5 parsecs' }, 'ttl', `"5 parsecs" is no duration. ${DURATION}`],
  [{ ttl: '500' }, 'ttl', `"500" is no duration. ${DURATION}`],
  [{ ttl: -1 }, 'ttl', `-1 is out of range. ${DURATION}`],
  [{ ttl: '600 w' }, 'ttl', `"600 w" is out of range. ${DURATION}`],
  [{ ttl: true }, 'ttl', 'true does not fit. Fits: "24h", "5 min", "none", or a number of milliseconds.'],
  [{ ttl: null }, 'ttl', 'null does not fit. Fits: "24h", "5 min", "none", or a number of milliseconds.'],
  [{ ttl: 5n }, 'ttl', 'a bigint does not fit. Fits: "24h", "5 min", "none", or a number of milliseconds.'],
  [{ sliding: 'yes' }, 'sliding', '"yes" does not fit. Fits: true or false.'],
  [{ entries: 0 }, 'entries', `0 does not fit. ${ENTRIES}`],
  [{ entries: 1.5 }, 'entries', `1.5 does not fit. ${ENTRIES}`],
  [{ entries: '10' }, 'entries', `"10" does not fit. ${ENTRIES}`],
  [{ size: '10 furlongs' }, 'size', `"10 furlongs" is no size. ${SIZE}`],
  [{ size: 100 }, 'size', `100 is out of range. ${SIZE}`],
  [{ size: [] }, 'size', '[] does not fit. Fits: "10 MB", or a number of bytes.'],
  [
    { eviction: 'random' },
    'eviction',
    '"random" does not fit. Fits: "gdsf", "lru", "lfu", "fifo", "ttl" or "lru-ttl".',
  ],
  [{ levels: [] }, 'levels', '[] names no level. Fits: a list of "memory", "file" or "shared".'],
  [{ levels: ['file', 'file'] }, 'levels', '["file","file"] names a level twice. Name each once.'],
  [{ levels: ['memory', 'disk'] }, 'levels[1]', '"disk" does not fit. Fits: "memory", "file" or "shared".'],
  [{ levels: 'memory' }, 'levels', '"memory" does not fit. Fits: a list of "memory", "file" or "shared".'],
  [{ write: 'never' }, 'write', '"never" does not fit. Fits: "through", "back" or "around".'],
  [{ hitRate: 95 }, 'hitRate', '95 is no hit rate. Fits: a part from 0 to 1 such as 0.95, or "95%".'],
  [{ hitRate: '195%' }, 'hitRate', '"195%" is no hit rate. Fits: a part from 0 to 1 such as 0.95, or "95%".'],
  [{ latency: 0 }, 'latency', '0 is no target. Fits: a duration such as "5 ms".'],
  [{ latency: 'soon' }, 'latency', `"soon" is no duration. ${DURATION}`],
  [{ sensitivity: 'high' }, 'sensitivity', '"high" does not fit. Fits: "none", "redact" or "refuse".'],
  [{ keyParams: ['a'] }, 'keyParams', `["a"] does not fit. ${PARAMS}`],
  [
    { keyParams: { only: ['a'], ignore: ['b'] } },
    'keyParams',
    `{"only":["a"],"ignore":["b"]} does not fit. ${PARAMS}`,
  ],
  [
    { keyParams: { only: [] } },
    'keyParams.only',
    '[] does not fit. Fits: a list of 1 to 100 names of parameters.',
  ],
  [{ freshness: 'sometimes' }, 'freshness', '"sometimes" does not fit. Fits: "verified" or "watched".'],
  [{ similarity: 1.1 }, 'similarity', '1.1 does not fit. Fits: a part from 0 to 1 such as 0.92.'],
  [{ similarity: '92%' }, 'similarity', '"92%" does not fit. Fits: a part from 0 to 1 such as 0.92.'],
  [{ sampled: 'yes' }, 'sampled', '"yes" does not fit. Fits: true or false.'],
  [{ sampled: 0.7 }, 'sampled', '0.7 does not fit. Fits: true or false.'],
  [{ variants: 0 }, 'variants', '0 does not fit. Fits: a whole number from 1 to 64.'],
  [{ strategy: 'fuzzy' }, 'strategy', '"fuzzy" does not fit. Fits: "exact", "semantic" or "none".'],
  [
    { tll: '24h' },
    'tll',
    `There is no such field. There are: ${FIELDS}, entries, size, eviction, freshness, variants, hitRate, latency, optimise.`,
  ],
  [
    { levels: ['memory'], write: 'around' },
    'write',
    '"around" needs memory and a level below it, and levels is ["memory"]. Use "through", or name more levels.',
  ],
  [
    { levels: ['shared', 'file'], write: 'back' },
    'write',
    '"back" needs memory and a level below it, and levels is ["file","shared"]. Use "through", or name more levels.',
  ],
  [
    { levels: ['file'], entries: 10 },
    'entries',
    'A room is on the memory level, and levels is ["file"]. Add "memory" to levels, or leave entries out.',
  ],
  [
    { ttl: 'none', sliding: true },
    'sliding',
    'There is no lifetime to begin anew, because ttl is none. Set ttl too, or leave sliding out.',
  ],
];

const NOT_ONE_ROOM =
  'A room belongs to one namespace. Set it there; for the common room there is agentCache.memory.maxMegabytes.';

/** Settings for all agents and for single ones, and the whole problem. */
const SCOPES: [unknown, unknown, string][] = [
  ['all', {}, 'agentCache.namespaces: "all" does not fit. Fits: an object.'],
  [[], {}, 'agentCache.namespaces: [] does not fit. Fits: an object.'],
  [{ prompt: '24h' }, {}, 'agentCache.namespaces.prompt: "24h" does not fit. Fits: an object.'],
  [
    { Prompt: {} },
    {},
    'agentCache.namespaces.Prompt: It names no namespace. Fits: lower-case letters, digits and "-", with a part of it behind ":" such as "tool:web_search", or "*" for all.',
  ],
  [
    JSON.parse('{"__proto__": {"ttl": "1h"}}'),
    {},
    'agentCache.namespaces.__proto__: It names no namespace. Fits: lower-case letters, digits and "-", with a part of it behind ":" such as "tool:web_search", or "*" for all.',
  ],
  [{ '*': { size: '10 MB' } }, {}, `agentCache.namespaces.*.size: ${NOT_ONE_ROOM}`],
  [{ '*': { entries: 5 } }, {}, `agentCache.namespaces.*.entries: ${NOT_ONE_ROOM}`],
  [
    { mine: { eviction: 'lru' } },
    {},
    'agentCache.namespaces.mine.eviction: It is for a room of its own. Set size or entries too; for the common room there is agentCache.memory.eviction.',
  ],
  [
    { '*': { levels: ['memory'] }, prompt: { write: 'around' } },
    {},
    'agentCache.namespaces.prompt.write: "around" needs memory and a level below it, and levels is ["memory"]. Use "through", or name more levels.',
  ],
  [
    Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`n${index}`, {}])),
    {},
    'agentCache.namespaces: 201 members are too many. Fits: 200 at the most.',
  ],
  [{}, 3, 'agentCache.agents: 3 does not fit. Fits: an object.'],
  [{}, { reviewer: [] }, 'agentCache.agents.reviewer: [] does not fit. Fits: an object.'],
  [
    {},
    { '*': { prompt: {} } },
    'agentCache.agents.*: It names no agent. Fits: 1 to 200 characters; what holds for all agents belongs in agentCache.namespaces.',
  ],
  [
    {},
    { reviewer: { Tool: {} } },
    'agentCache.agents.reviewer.Tool: It names no namespace. Fits: lower-case letters, digits and "-", with a part of it behind ":" such as "tool:web_search", or "*" for all.',
  ],
  [
    {},
    { 'my "agent"': { prompt: { ttl: 'x' } } },
    `agentCache.agents["my \\"agent\\""].prompt.ttl: "x" is no duration. ${DURATION}`,
  ],
  ...['entries', 'size', 'eviction'].map((field): [unknown, unknown, string] => [
    {},
    { reviewer: { prompt: { [field]: 1 } } },
    `agentCache.agents.reviewer.prompt.${field}: The room of a namespace is for all agents at once, not for one. Set it in agentCache.namespaces.`,
  ]),
  ...['hitRate', 'latency'].map((field): [unknown, unknown, string] => [
    {},
    { reviewer: { '*': { [field]: 1 } } },
    `agentCache.agents.reviewer.*.${field}: A target holds for all agents at once, not for one. Set it in agentCache.namespaces.`,
  ]),
  [
    {},
    { reviewer: { prompt: { optimise: true } } },
    'agentCache.agents.reviewer.prompt.optimise: The optimiser acts for all agents at once, not for one. Set it in agentCache.namespaces.',
  ],
  [
    {},
    { reviewer: { response: { sampled: 1 } } },
    'agentCache.agents.reviewer.response.sampled: 1 does not fit. Fits: true or false.',
  ],
  [
    {},
    { reviewer: { '*': { similarity: 92 } } },
    'agentCache.agents.reviewer.*.similarity: 92 does not fit. Fits: a part from 0 to 1 such as 0.92.',
  ],
  [
    {},
    { reviewer: { prompt: { hot: true } } },
    `agentCache.agents.reviewer.prompt.hot: There is no such field. There are: ${FIELDS}.`,
  ],
  [
    {},
    { reviewer: { session: { sensitivity: 'redact' } } },
    'agentCache.agents.reviewer.session.sensitivity: "redact" is laxer than for all agents, and one agent can only have it stricter. Fits: "refuse".',
  ],
  [
    {},
    { reviewer: { '*': { sensitivity: 'none' } } },
    'agentCache.agents.reviewer.*.sensitivity: "none" is laxer than for all agents, and one agent can only have it stricter. Fits: "redact" or "refuse".',
  ],
];

describe('a wrong setting is refused with where, what and what fits', () => {
  it.each(FIELDS_OF_PROMPT)('prompt: %o', (section, path, sentence) => {
    const { problems } = new Policies().update({ global: { prompt: section } });
    expect(problems).toEqual([`agentCache.namespaces.prompt.${path}: ${sentence}`]);
  });

  it.each(SCOPES)('%o %o', (global, agents, problem) => {
    expect(new Policies().update({ global, agents }).problems).toEqual([problem]);
  });

  it('as many times as there is something wrong, each once', () => {
    const prompt = { ttl: 'x', levels: ['a', 'b'], size: 1, what: 1, ever: 2 };
    const { problems } = new Policies().update({ global: { prompt, tool: 1 }, agents: { a: 2 } });
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      'agentCache.namespaces.prompt.ttl',
      'agentCache.namespaces.prompt.levels[0]',
      'agentCache.namespaces.prompt.size',
      'agentCache.namespaces.prompt.what',
      'agentCache.namespaces.prompt.ever',
      'agentCache.namespaces.tool',
      'agentCache.agents.a',
    ]);
  });

  it('a very long value is named in short', () => {
    const [problem] = new Policies().update({ global: { prompt: { ttl: 'x'.repeat(1e6) } } }).problems;
    expect(problem?.length).toBeLessThan(250);
  });
});

describe('an unusual lifetime is used, with a warning', () => {
  it.each([
    [
      { tool: { ttl: '2h' } },
      {},
      'agentCache.namespaces.tool.ttl: 2 h is outside the 5 min to 1 h that suits "tool".',
    ],
    [
      { response: { ttl: '59 min' } },
      {},
      'agentCache.namespaces.response.ttl: 59 min is outside the 1 h to 24 h that suits "response".',
    ],
    [
      { memory: { ttl: '1h' } },
      {},
      'agentCache.namespaces.memory.ttl: 1 h is outside the 15 min that suits "memory".',
    ],
    [
      {},
      { a: { model: { ttl: 'none' } } },
      'agentCache.agents.a.model.ttl: none is outside the 24 h to 7 d that suits "model".',
    ],
  ])('%o %o', (global, agents, warning) => {
    const policies = new Policies();
    expect(policies.update({ global, agents })).toEqual({
      problems: [],
      warnings: [`${warning} It is used all the same.`],
    });
    expect(policies.report.warnings).toHaveLength(1);
  });

  it('one that was meant for all namespaces too, once for each that it does not suit', () => {
    const policies = new Policies();
    const { warnings } = policies.update({ global: { '*': { ttl: '10 min' }, memory: { ttl: '15 min' } } });
    expect(warnings.map((warning) => warning.replace(/.* suits /, ''))).toEqual([
      '"response". It is used all the same.',
      '"model". It is used all the same.',
    ]);
    expect(policies.resolve('model').ttlMs).toBe(600_000);
  });

  it('none for what suits', () => {
    const global = {
      tool: { ttl: '1h' },
      response: { ttl: '1h' },
      model: { ttl: '7d' },
      prompt: { ttl: '1ms' },
    };
    expect(new Policies().update({ global })).toEqual({ problems: [], warnings: [] });
  });
});
