import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { COMMANDS, CONTEXTS, EXTENSION, TOOLS, VIEWS } from '../../../src/vscode/ids.ts';

vi.mock('vscode', () => ({})); // only types and calls that this test does not make
const { settingsSchema } = await import('../../../src/vscode/settings.ts');

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
const { contributes } = manifest;
const ids = (list: readonly Record<string, string>[], field: string) =>
  list.map((item) => item[field]).sort();

describe('the manifest', () => {
  it('declares just the commands, views and tools that the code knows', () => {
    expect(manifest.name).toBe(EXTENSION);
    expect(ids(contributes.commands, 'command')).toEqual(Object.values(COMMANDS).sort());
    expect(ids(contributes.views.agentCache, 'id')).toEqual(Object.values(VIEWS).sort());
    expect(ids(contributes.languageModelTools, 'name')).toEqual(Object.values(TOOLS).sort());
  });

  it('names no command or context in its conditions that the code does not know', () => {
    const known = new Set<string>([
      ...Object.values(COMMANDS),
      ...Object.values(VIEWS),
      ...Object.values(CONTEXTS),
    ]);
    const { commands: _, configuration: __, ...rest } = contributes;
    for (const [id] of JSON.stringify(rest).matchAll(/agentCache\.\w+/g)) expect(known).toContain(id);
  });

  it('gives every setting the default and the bounds that the code has', () => {
    const { properties } = contributes.configuration;
    const declared = Object.keys(properties).map((name) => name.replace('agentCache.', ''));
    expect(declared.sort()).toEqual(Object.keys(settingsSchema.shape).sort());
    const defaults = settingsSchema.parse({}) as Record<string, unknown>;
    for (const [name, schema] of Object.entries(settingsSchema.shape)) {
      const shown = properties[`agentCache.${name}`];
      expect([name, shown.default]).toEqual([name, defaults[name]]);
      expect(shown.description ?? shown.markdownDescription).toMatch(/\.$/);
      for (const bound of ['minimum', 'maximum'] as const) {
        if (shown[bound] === undefined) continue;
        const beyond = bound === 'minimum' ? shown[bound] - 1 : shown[bound] + 1;
        expect([name, bound, schema.safeParse(shown[bound]).success]).toEqual([name, bound, true]);
        expect([name, bound, schema.safeParse(beyond).success]).toEqual([name, bound, false]);
      }
      for (const choice of shown.enum ?? []) expect(schema.safeParse(choice).success).toBe(true);
    }
  });
});
