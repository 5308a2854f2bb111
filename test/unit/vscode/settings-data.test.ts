import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { settingsData } from '../../../src/vscode/settings-data.ts';

vi.mock('vscode', () => ({})); // only types and calls that this test does not make
const { settingsSchema } = await import('../../../src/vscode/settings.ts');

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
const { properties } = manifest.contributes.configuration;
const defaults: Record<string, unknown> = settingsSchema.parse({});

const one = (name: string, byDefault: unknown, value: unknown) => {
  const id = `agentCache.${name}`;
  return settingsData({ [id]: { default: byDefault } }, { [name]: value }, []).rows[0];
};

describe('the settings at a glance', () => {
  it('are all settings of the manifest, none of them changed at first', () => {
    const { rows } = settingsData(properties, defaults, []);
    expect(rows.map(({ id }) => id).sort()).toEqual(Object.keys(properties).sort());
    expect(rows.filter(({ changed }) => changed)).toEqual([]);
    for (const { title, value, group } of rows) {
      expect(title).toMatch(/^[A-Z]/);
      expect(group).toMatch(/^[A-Z]/);
      expect(value).not.toBe('');
    }
  });

  it('have those without a group first, and each group in one piece, in the order of the manifest', () => {
    const { rows } = settingsData(properties, defaults, []);
    const groups = rows.map(({ group }) => group);
    const pieces = groups.filter((group, index) => group !== groups[index - 1]);
    expect(pieces[0]).toBe('General');
    expect(pieces).toEqual([...new Set(groups)]);
    const memory = rows.filter(({ group }) => group === 'Memory').map(({ title }) => title);
    expect(memory.slice(0, 3)).toEqual(['Max entries', 'Max megabytes', 'Eviction']);
  });

  it.each<[string, unknown, string, string]>([
    ['shared.caFile', '/etc/ca.pem', 'CA file', '/etc/ca.pem'],
    ['shared.timeoutMs', 250, 'Timeout (ms)', '250'],
    ['shared.tls', true, 'TLS', 'on'],
    ['enabled', false, 'Enabled', 'off'],
    ['memory.maxEntries', 80_000, 'Max entries', '80,000'],
    ['analysis.timeToLiveHours', 0.5, 'Time to live hours', '0.5'],
    ['shared.username', '', 'Username', 'not set'],
    ['shared.username', 'reader', 'Username', 'reader'],
    ['shared.servers', [], 'Servers', 'none'],
    ['shared.servers', ['a:1', 'b:2'], 'Servers', 'a:1, b:2'],
    ['namespaces', {}, 'Namespaces', 'none'],
    ['namespaces', { tool: { ttl: 1 }, analysis: {} }, 'Namespaces', 'tool, analysis'],
    ['alerts', [{ metric: 'hitRate' }, { name: 'a level fails' }], 'Alerts', '…, a level fails'],
    ['prices.maxTokens', 12, 'Max tokens', '12'],
  ])('show %s = %j as "%s: %s"', (name, value, title, shown) => {
    expect(one(name, undefined, value)).toMatchObject({ title, value: shown });
  });

  it('say which are changed, whatever the order of members', () => {
    expect(one('namespaces', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })?.changed).toBe(false);
    expect(one('namespaces', {}, { a: 1 })?.changed).toBe(true);
    expect(one('shared.servers', ['a:1', 'b:2'], ['b:2', 'a:1'])?.changed).toBe(true);
    expect(one('memory.maxEntries', 50_000, 50_001)?.changed).toBe(true);
    expect(one('memory.maxEntries', 50_000, undefined)?.changed).toBe(false);
  });

  it('never show a secret that strayed into them', () => {
    const secret = 'hunter2';
    const places: [string, unknown][] = [
      ['shared.password', secret],
      ['server.token', secret],
      ['alerts.webhook', `https://hooks.example.com/${secret}`],
      ['provider.apiKey', secret],
      ['shared.servers', [`redis://me:${secret}@host:6379`]],
      ['shared.servers', [`${secret}@host:6379`]],
      ['shared.url', `rediss://:${secret}@host:6380/0`],
      ['agents', { reviewer: { key: secret } }],
      ['alerts', [{ webhook: secret }]],
    ];
    for (const [name, value] of places) {
      expect(one(name, '', value)?.changed).toBe(true);
      expect(JSON.stringify(one(name, '', value))).not.toContain(secret);
    }
  });

  it('stay short', () => {
    expect(one('shared.project', '', 'x'.repeat(5000))?.value.length).toBeLessThan(130);
  });

  it('come with what is wrong', () => {
    const problems = ['agentCache.server.port: 70000 does not fit. Fits: a whole number from 0 to 65535.'];
    expect(settingsData(properties, defaults, problems).problems).toEqual(problems);
  });
});
