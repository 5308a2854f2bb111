import { beforeEach, describe, expect, it, vi } from 'vitest';

const host = vi.hoisted(() => ({
  settings: {} as Record<string, unknown>,
  errors: [] as string[],
  warnings: [] as string[],
}));
vi.mock('vscode', () => ({
  workspace: { getConfiguration: () => ({ get: (name: string) => host.settings[name] }) },
  window: {
    showErrorMessage: (text: string) => void host.errors.push(text),
    showWarningMessage: (text: string) => void host.warnings.push(text),
  },
}));
const { SettingsReader, settingsSchema } = await import('../../../src/vscode/settings.ts');

const reader = () => new SettingsReader({} as never);

beforeEach(() => {
  host.settings = {};
  host.errors = [];
  host.warnings = [];
});

const PASSWORD =
  'It holds a password, which has no place in settings. Remove it there, and use the command Agent Cache: Connect Shared Cache….';
const ADDRESS =
  'It is no address. Fits: "host:port", or a URL such as "redis://host:6379", "rediss://host:6380" or "memcached://host:11211".';

const SCHEDULE =
  'Fits: a cron expression of five parts (minute, hour, day of month, month, day of week) such as "0 8 * * 1-5", "@hourly", or nothing.';
describe('the problems', () => {
  it('are those of the last reading, and go when they are mended', () => {
    const settings = reader();
    host.settings = { enabled: 'yes', 'server.port': -1, namespaces: { tool: { ttl: 'soon' } } };
    settings.readPolicies();
    expect(settings.problems.map((sentence) => sentence.split(':')[0])).toEqual([
      'agentCache.enabled',
      'agentCache.server.port',
      'agentCache.namespaces.tool.ttl',
    ]);
    host.settings = { 'server.port': -1 };
    settings.readPolicies();
    expect(settings.problems).toHaveLength(1);
    host.settings = {};
    settings.readPolicies();
    expect(settings.problems).toEqual([]);
  });
});

describe('a wrong setting', () => {
  it.each<[string, unknown, string]>([
    ['enabled', 'yes', 'enabled: "yes" does not fit. Fits: true or false.'],
    ['namespaces', [], 'namespaces: [] does not fit. Fits: an object of policies by namespace.'],
    ['agents', 'x', 'agents: "x" does not fit. Fits: an object of policies by agent and namespace.'],
    [
      'memory.pressurePercent',
      100,
      'memory.pressurePercent: 100 does not fit. Fits: a whole number from 50 to 99.',
    ],
    [
      'memory.pressurePercent',
      90.5,
      'memory.pressurePercent: 90.5 does not fit. Fits: a whole number from 50 to 99.',
    ],
    ['memory.watchPressure', 1, 'memory.watchPressure: 1 does not fit. Fits: true or false.'],
    [
      'memory.eviction',
      'mru',
      'memory.eviction: "mru" does not fit. Fits: one of "gdsf", "lru", "lfu", "fifo", "ttl", "lru-ttl".',
    ],
    [
      'fileLevel.maxMegabytes',
      0.5,
      'fileLevel.maxMegabytes: 0.5 does not fit. Fits: a number from 1 to 1048576.',
    ],
    [
      'fileLevel.cleanupMinutes',
      0,
      'fileLevel.cleanupMinutes: 0 does not fit. Fits: a number from 1 to 1440.',
    ],
    [
      'fileLevel.writeBackMs',
      10,
      'fileLevel.writeBackMs: 10 does not fit. Fits: a whole number from 50 to 60000.',
    ],
    [
      'shared.kind',
      'mongo',
      'shared.kind: "mongo" does not fit. Fits: one of "off", "redis", "redis-cluster", "memcached".',
    ],
    ['shared.database', 16, 'shared.database: 16 does not fit. Fits: a whole number from 0 to 15.'],
    ['shared.caFile', 'ca.pem', 'shared.caFile: It does not fit. Fits: an absolute path, or nothing.'],
    [
      'shared.keyPrefix',
      '{x}',
      'shared.keyPrefix: It does not fit. Fits: 1 to 64 letters, digits and "_.-".',
    ],
    ['shared.keyPrefix', '', 'shared.keyPrefix: It does not fit. Fits: 1 to 64 letters, digits and "_.-".'],
    [
      'shared.project',
      'a b',
      'shared.project: It does not fit. Fits: at most 200 letters, digits and "_.@:/+~-".',
    ],
    [
      'shared.username',
      'a\nb',
      'shared.username: It does not fit. Fits: at most 256 characters, none of them a control character.',
    ],
    [
      'warm.strategy',
      'best',
      'warm.strategy: "best" does not fit. Fits: one of "everything", "frequency", "recency", "hybrid", "time-of-use", "per-agent".',
    ],
    ['warm.count', 0, 'warm.count: 0 does not fit. Fits: a whole number from 1 to 5000.'],
    ['warm.hybridWeight', 2, 'warm.hybridWeight: 2 does not fit. Fits: a number from 0 to 1.'],
    ['warm.schedule', 'daily', `warm.schedule: "daily" is no schedule. ${SCHEDULE}`],
    ['warm.schedule', '0 0 30 2 *', `warm.schedule: "0 0 30 2 *" never comes due. ${SCHEDULE}`],
    ['warm.schedule', 8, 'warm.schedule: 8 does not fit. Fits: a text with a cron expression, or nothing.'],
    ['warm.maxCpuPercent', 0, 'warm.maxCpuPercent: 0 does not fit. Fits: a whole number from 1 to 100.'],
    ['alerts', {}, 'alerts: {} does not fit. Fits: a list of 50 rules at the most.'],
    ['shared.timeoutMs', 5, 'shared.timeoutMs: 5 does not fit. Fits: a whole number from 10 to 5000.'],
    [
      'shared.servers',
      'localhost:6379',
      'shared.servers: It does not fit. Fits: a list of at most 100 addresses.',
    ],
    ['shared.servers', ['localhost'], `shared.servers[0]: ${ADDRESS}`],
    ['shared.servers', ['a:1', 'http://a:1'], `shared.servers[1]: ${ADDRESS}`],
    ['shared.servers', ['a:0'], `shared.servers[0]: ${ADDRESS}`],
    ['shared.servers', ['a:65536'], `shared.servers[0]: ${ADDRESS}`],
    ['shared.servers', ['redis://a:1/2'], `shared.servers[0]: ${ADDRESS}`],
    ['shared.servers', [5], `shared.servers[0]: ${ADDRESS}`],
    [
      'shared.servers',
      ['redis://me@a:1'],
      'shared.servers[0]: It holds a user name. Set that in agentCache.shared.username.',
    ],
    ...['redis://:hunter2@a:1', 'rediss://me:hun@ter2@a:1', 'me:hunter2@a:1', 'redis://me:hunter2@a'].map(
      (address): [string, unknown, string] => [
        'shared.servers',
        ['b:1', address],
        `shared.servers[1]: ${PASSWORD}`,
      ],
    ),
    ['shared.servers', ['redis://a:1?password=hunter2'], `shared.servers[0]: ${ADDRESS}`],
  ])('%s: %j is told with where and why, and without a password in it', (name, value, problem) => {
    host.settings = { [name]: value };
    const settings = reader().read();
    expect(host.errors).toEqual([`Agent Cache: agentCache.${problem} The last good value stays in use.`]);
    expect(host.errors.join()).not.toContain('hunter2');
    expect(settings).toEqual(settingsSchema.parse({}));
  });

  it('leaves the last good value in use, is told once, and again when something else is wrong', () => {
    const one = reader();
    host.settings = { 'memory.pressurePercent': 80, 'shared.servers': ['cache:6379'] };
    one.read();
    host.settings = { 'memory.pressurePercent': 'high', 'shared.servers': ['cache:6380', '[::1]:6379'] };
    for (let again = 0; again < 3; again++) {
      expect(one.read()).toMatchObject({
        'memory.pressurePercent': 80,
        'shared.servers': ['cache:6380', '[::1]:6379'],
      });
    }
    expect(host.errors).toHaveLength(1);
    host.settings = { 'memory.pressurePercent': 'low' };
    one.read();
    expect(host.errors).toHaveLength(2);
    host.settings = {};
    expect(one.read()['memory.pressurePercent']).toBe(90);
    host.settings = { 'memory.pressurePercent': 'low' };
    one.read();
    expect(host.errors).toHaveLength(3);
  });

  it('takes every kind of address', () => {
    const servers = [
      'localhost:6379',
      '10.0.0.1:1',
      '[fe80::1]:65535',
      'redis://a.b-c_d:1/',
      'rediss://a:1',
      'memcached://a:11211',
    ];
    host.settings = { 'shared.servers': servers };
    expect(reader().read()['shared.servers']).toEqual(servers);
    expect(host.errors).toEqual([]);
  });
});

describe('the policies in the settings', () => {
  it('are taken over when they are read, field by field', () => {
    const one = reader();
    expect(one.policies.resolve('tool').ttlMs).toBe(900_000);
    host.settings = {
      namespaces: { tool: { ttl: '6 min' } },
      agents: { reviewer: { tool: { enabled: false } } },
    };
    expect(one.readPolicies()).toBe(one.policies);
    expect(one.policies.resolve('tool')).toMatchObject({ ttlMs: 360_000, enabled: true });
    expect(one.policies.resolve('tool', 'reviewer').enabled).toBe(false);
    expect(host.errors).toEqual([]);
  });

  it('are told about once where they are wrong, and once where they are unusual', () => {
    const one = reader();
    host.settings = { namespaces: { tool: { ttl: '2h', write: 'never' } }, agents: { reviewer: 5 } };
    for (let again = 0; again < 3; again++) one.readPolicies();
    expect(host.errors).toEqual([
      'Agent Cache: agentCache.namespaces.tool.write: "never" does not fit. Fits: "through", "back" or "around". agentCache.agents.reviewer: 5 does not fit. Fits: an object. The last good policy stays in use.',
    ]);
    expect(host.warnings).toEqual([
      'Agent Cache: agentCache.namespaces.tool.ttl: 2 h is outside the 5 min to 1 h that suits "tool". It is used all the same.',
    ]);
  });

  it('that are no object at all leave the last good ones, and are told about once', () => {
    const one = reader();
    host.settings = { namespaces: { tool: { ttl: '6 min' } } };
    one.readPolicies();
    host.settings = { namespaces: 'off' };
    expect(one.readPolicies().resolve('tool').ttlMs).toBe(360_000);
    expect(host.errors).toHaveLength(1);
  });

  it('give analyses the lifetime of their own setting, unless they have one themselves', () => {
    const one = reader();
    const ttl = () => one.readPolicies().resolve('analysis').ttlMs;
    host.settings = { 'analysis.timeToLiveHours': 2 };
    expect(ttl()).toBe(7_200_000);
    host.settings = { 'analysis.timeToLiveHours': 2, namespaces: { analysis: { levels: ['memory'] } } };
    expect(ttl()).toBe(7_200_000);
    expect(one.policies.resolve('analysis').levels).toEqual(['memory']);
    host.settings = { 'analysis.timeToLiveHours': 2, namespaces: { analysis: { ttl: '1 min' } } };
    expect(ttl()).toBe(60_000);
    host.settings = { 'analysis.timeToLiveHours': 2, namespaces: { analysis: 'x' } };
    expect(ttl()).toBe(60_000);
    expect(host.errors).toHaveLength(1);
  });
});

describe('the alerts in the settings', () => {
  it('are the quiet ones unless others are set, and a wrong rule is told once and left out', () => {
    const one = reader();
    one.readAlerts();
    expect(one.alerts.map(({ name }) => name)).toEqual(['a level fails', 'memory runs out']);
    host.settings = {
      alerts: [
        { metric: 'hitRate', operator: '<', threshold: 60 },
        { metric: 'memory', operator: '>', threshold: '80%' },
      ],
    };
    for (let again = 0; again < 3; again++) one.readAlerts();
    expect(one.alerts.map(({ name }) => name)).toEqual(['memory > 80%']);
    expect(host.errors).toEqual([
      'Agent Cache: agentCache.alerts[0].threshold: 60 does not fit "hitRate". Fits: a part from 0 to 1 such as 0.6, or "60%". Such a rule is left out.',
    ]);
  });
});
