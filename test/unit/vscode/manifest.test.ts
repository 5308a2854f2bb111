import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { settingsDocs } from '../../../scripts/settings-docs.mjs';
import { withTools } from '../../../scripts/tools-manifest.mjs';
import { PRESETS } from '../../../src/cache/policy/presets.ts';
import { agentSchema, policySchema } from '../../../src/cache/policy/schema.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { METRICS } from '../../../src/insight/alerts/metrics.ts';
import { ACTIONS, OPERATORS } from '../../../src/insight/alerts/rule.ts';
import { readRules } from '../../../src/insight/alerts/rules.ts';
import { MISS_REASONS } from '../../../src/protocol/misses.ts';
import { TOOLS } from '../../../src/tools/catalog.ts';
import { COMMANDS, CONTEXTS, EXTENSION, MCP_PROVIDER, VIEWS } from '../../../src/vscode/ids.ts';

vi.mock('vscode', () => ({})); // only types and calls that this test does not make
const { settingsSchema } = await import('../../../src/vscode/settings.ts');

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json'));
const { contributes } = manifest;
const { properties } = contributes.configuration;
const ids = (list: readonly Record<string, string>[], field: string) =>
  list.map((item) => item[field]).sort();

describe('the manifest', () => {
  it('declares just the commands, views and MCP servers that the code knows', () => {
    expect(manifest.name).toBe(EXTENSION);
    expect(ids(contributes.commands, 'command')).toEqual(Object.values(COMMANDS).sort());
    expect(ids(contributes.views.agentCache, 'id')).toEqual(Object.values(VIEWS).sort());
    expect(ids(contributes.mcpServerDefinitionProviders, 'id')).toEqual([MCP_PROVIDER]);
  });

  it('names no command or context in its conditions that the code does not know', () => {
    const known = new Set<string>([
      MCP_PROVIDER,
      ...Object.keys(properties).map((name) => `config.${name}`),
      ...Object.values(COMMANDS),
      ...Object.values(VIEWS),
      ...Object.values(CONTEXTS),
    ]);
    const { commands: _, configuration: __, ...rest } = contributes;
    for (const [id] of JSON.stringify(rest).matchAll(/config\.agentCache\.[\w.]+|agentCache\.\w+/g))
      expect(known).toContain(id);
  });

  it('gives every setting the default and the bounds that the code has', () => {
    const declared = Object.keys(properties).map((name) => name.replace('agentCache.', ''));
    expect(declared.sort()).toEqual(Object.keys(settingsSchema.shape).sort());
    const defaults = settingsSchema.parse({}) as Record<string, unknown>;
    for (const [name, schema] of Object.entries(settingsSchema.shape)) {
      const shown = properties[`agentCache.${name}`];
      expect([name, shown.default]).toEqual([name, defaults[name]]);
      expect(shown.description ?? shown.markdownDescription).toMatch(/\.$/);
      expectSameBounds(name, shown, schema);
      for (const example of shown.examples ?? []) expect(schema.safeParse(example).success).toBe(true);
    }
  });

  it('shows every setting in a place of its own', () => {
    const orders = Object.values<{ order: number }>(properties).map(({ order }) => order);
    expect(orders.sort((a, b) => a - b)).toEqual(orders.map((_, index) => index + 1));
  });

  it('lets no workspace decide what the shared level is and where, and has no setting for a password', () => {
    const shared = Object.keys(properties).filter((name) => name.startsWith('agentCache.shared.'));
    expect(shared.length).toBeGreaterThan(5);
    for (const name of shared) {
      const scope = name === 'agentCache.shared.project' ? 'machine-overridable' : 'machine';
      expect([name, properties[name].scope]).toEqual([name, scope]);
    }
    expect(Object.keys(properties).join()).not.toMatch(/password|secret|token/i);
  });

  it('lets no workspace open the proxy, or say where questions go and who shares answers', () => {
    for (const name of ['enabled', 'openai.upstream', 'anthropic.upstream', 'perCredential']) {
      expect([name, properties[`agentCache.proxy.${name}`].scope]).toEqual([name, 'machine']);
    }
  });

  it('takes the texts of the shared level that the code takes', () => {
    const samples = {
      'shared.keyPrefix': ['agent-cache', '', 'a'.repeat(64), 'a'.repeat(65), '{a}', 'a b'],
      'shared.project': ['', 'github.com/owner/name', 'a'.repeat(200), 'a'.repeat(201), '{a}', 'a b'],
    };
    for (const [name, texts] of Object.entries(samples)) {
      const schema = settingsSchema.shape[name as keyof typeof samples];
      for (const text of texts) {
        const shown = new RegExp(properties[`agentCache.${name}`].pattern, 'u').test(text);
        expect([name, text, shown]).toEqual([name, text, schema.safeParse(text).success]);
      }
    }
    const pattern = new RegExp(properties['agentCache.shared.servers'].items.pattern, 'u');
    const servers = [
      'a:1',
      '[::1]:6379',
      'redis://a:1',
      'rediss://a.b:6380/',
      'memcached://a:1',
      'a',
      'redis://u:p@a:1',
      'u@a:1',
      'http://a:1',
      'a:1/0',
      '',
    ];
    for (const server of servers) {
      expect([server, pattern.test(server)]).toEqual([
        server,
        settingsSchema.shape['shared.servers'].safeParse([server]).success,
      ]);
    }
  });
});

describe('the embeddings service in the manifest', () => {
  it('is chosen by no workspace, and its address is one that the code takes', () => {
    const own = Object.keys(properties).filter((name) => name.startsWith('agentCache.embeddings.'));
    expect(own.map((name) => properties[name].scope)).toEqual(own.map(() => 'machine'));
    const pattern = new RegExp(properties['agentCache.embeddings.url'].pattern, 'u');
    for (const url of [
      '',
      'https://api.openai.com/v1',
      'http://localhost:11434/v1',
      'http://127.0.0.1/v1',
      'http://[::1]:1/v1',
      'http://example.com/v1',
      'http://localhost.evil.example/v1',
      'ftp://localhost/v1',
      'localhost:11434',
    ])
      expect([url, pattern.test(url)]).toEqual([
        url,
        settingsSchema.shape['embeddings.url'].safeParse(url).success,
      ]);
  });
});

describe('the tools in the manifest', () => {
  it('are what scripts/tools-manifest.mjs makes of the catalog', () => {
    expect(withTools(manifest, TOOLS)).toEqual(manifest);
  });

  it('tell a model and a person what they do, in schemas that models take', () => {
    expect(contributes.languageModelTools.length).toBe(TOOLS.length);
    for (const tool of contributes.languageModelTools) {
      const { name, displayName, userDescription, modelDescription, toolReferenceName, inputSchema } = tool;
      expect(name).toMatch(/^agent_cache_[a-z_]+$/);
      expect(toolReferenceName).toMatch(/^agentCache[A-Z][A-Za-z]+$/);
      expect(displayName.length).toBeLessThan(50);
      expect([name, userDescription.length < 100]).toEqual([name, true]);
      expect([name, modelDescription.length > 60]).toEqual([name, true]);
      expect(inputSchema.type).toBe('object');
      expect(inputSchema.additionalProperties).toBe(false);
      for (const [field, schema] of Object.entries<{ description?: string }>(inputSchema.properties))
        expect([name, field, typeof schema.description]).toEqual([name, field, 'string']);
    }
  });

  it('can each be hidden by the setting', () => {
    const { items } = properties['agentCache.tools.disabled'];
    expect(items.enum).toEqual(TOOLS.map(({ name }) => name));
    for (const { name, when } of contributes.languageModelTools) {
      const pattern = /=~ \/(.+)\/\)$/.exec(when)?.[1] ?? '';
      const hidden = items.enum.filter((one: string) => new RegExp(pattern).test(JSON.stringify([one])));
      expect(hidden).toEqual([name.replace('agent_cache_', '')]);
    }
  });
});

describe('the alerts in the manifest', () => {
  it('have the fields that the code has, with the same choices, and examples that are right', () => {
    const { items, examples } = properties['agentCache.alerts'];
    const refused = readRules([{ mail: true }]).problems.join(' ');
    expect(refused).toContain(`There are: ${Object.keys(items.properties).join(', ')}.`);
    expect(items.additionalProperties).toBe(false);
    const { metric, operator, level, reason, actions } = items.properties;
    expect(metric.enum).toEqual(METRICS);
    expect(metric.enumDescriptions).toHaveLength(METRICS.length);
    expect(operator.enum).toEqual(OPERATORS);
    expect(level.enum).toEqual(['memory', 'file', 'shared']);
    expect(reason.enum).toEqual(MISS_REASONS);
    expect(actions.items.enum).toEqual(ACTIONS);
    for (const example of examples) expect(readRules(example).problems).toEqual([]);
  });
});

describe('the policies in the manifest', () => {
  const { namespaces, agents } = {
    namespaces: properties['agentCache.namespaces'],
    agents: properties['agentCache.agents'],
  };
  const ofNamespace = namespaces.allOf[1].additionalProperties;
  const ofAgent = agents.additionalProperties.allOf[1].additionalProperties;

  it('have the namespaces with presets to choose from, each with what it is for', () => {
    for (const { allOf } of [namespaces, agents.additionalProperties]) {
      expect(Object.keys(allOf[0].properties)).toEqual(['*', ...PRESETS.keys()]);
      for (const { markdownDescription } of Object.values<{ markdownDescription: string }>(
        allOf[0].properties,
      ))
        expect(markdownDescription).toMatch(/\.$/);
    }
  });

  it('have the fields that the code has, with the same choices and bounds', () => {
    for (const [shown, schema] of [
      [ofNamespace, policySchema],
      [ofAgent, agentSchema],
    ] as const) {
      const allowed = Object.entries(schema.shape).filter(([, field]) => field.unwrap().def.type !== 'never');
      expect(Object.keys(shown.properties)).toEqual(allowed.map(([name]) => name));
      expect(shown.additionalProperties).toBe(false);
      for (const [name, field] of allowed) {
        const declared = shown.properties[name];
        expect(declared.markdownDescription).toMatch(/\.$/);
        expectSameBounds(name, declared, field);
        for (const example of declared.examples ?? []) expect(field.safeParse(example).success).toBe(true);
      }
      expect(shown.properties.levels.items.enum).toEqual(['memory', 'file', 'shared']);
    }
  });

  it('take the durations, sizes and hit rates that the code takes', () => {
    const texts = {
      ttl: [
        '24h',
        '5 min',
        '250ms',
        '7 Days',
        '1.5H',
        '0',
        '0.0',
        'none',
        '',
        '5',
        '5 parsecs',
        '5  min',
        '-5 s',
        'NONE',
        '1 hours',
        '2 secs',
      ],
      latency: ['5 ms', '1 second', '5', 'ms'],
      size: ['10 MB', '10mib', '1.5 GB', '70000 b', '70000 bytes', '10', 'MB', '10 TB', 'none'],
      hitRate: ['95%', '100 %', '99.9%', '0%', '95', '101%', '%', '1000%'],
    };
    for (const [name, samples] of Object.entries(texts)) {
      const { anyOf } = ofNamespace.properties[name];
      const { pattern } = anyOf.find(({ type }: { type: string }) => type === 'string');
      const field = policySchema.shape[name as keyof typeof texts];
      for (const text of samples) {
        const shown = new RegExp(pattern, 'u').test(text);
        expect([name, text, shown]).toEqual([name, text, field.safeParse(text).success]);
      }
    }
  });

  it('have examples and snippets that are right', () => {
    const filled = (snippet: { body: unknown }) =>
      JSON.parse(
        JSON.stringify(snippet.body)
          .replaceAll(/\$\{\d+:([^}]*)\}/g, '$1')
          .replaceAll(/\$\d/g, 'x'),
      );
    for (const global of [...namespaces.examples, ...namespaces.defaultSnippets.map(filled)])
      expect(new Policies().update({ global })).toEqual({ problems: [], warnings: [] });
    for (const more of [...agents.examples, ...agents.defaultSnippets.map(filled)])
      expect(new Policies().update({ agents: more })).toEqual({ problems: [], warnings: [] });
    for (const keyParams of ofAgent.properties.keyParams.defaultSnippets.map(filled))
      expect(policySchema.safeParse({ keyParams }).success).toBe(true);
  });
});

describe('docs/settings.md', () => {
  it('is what scripts/settings-docs.mjs makes of the manifest', () => {
    expect(read('docs/settings.md')).toBe(settingsDocs(manifest));
  });
});

interface Schema {
  safeParse(value: unknown): { readonly success: boolean };
}

/** Every number that the manifest gives as a bound fits, and the next one beyond does not; so do all choices. */
function expectSameBounds(name: string, shown: Record<string, unknown>, schema: Schema): void {
  const kinds = [shown, ...((shown.anyOf ?? []) as Record<string, unknown>[])];
  for (const kind of kinds) {
    for (const [bound, step] of [
      ['minimum', -1],
      ['maximum', 1],
    ] as const) {
      const limit = kind[bound];
      if (typeof limit !== 'number') continue;
      expect([name, bound, schema.safeParse(limit).success]).toEqual([name, bound, true]);
      expect([name, bound, schema.safeParse(limit + step).success]).toEqual([name, bound, false]);
    }
    const choices = (kind.enum ?? []) as readonly string[];
    for (const choice of choices)
      expect([name, choice, schema.safeParse(choice).success]).toEqual([name, choice, true]);
    expect(((kind.enumDescriptions ?? []) as readonly string[]).length).toBe(choices.length);
    if (choices.length > 0) expect(schema.safeParse('no such choice').success).toBe(false);
  }
}
