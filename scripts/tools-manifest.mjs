// Writes what package.json says of the tools for language models, from their catalog:
// node scripts/tools-manifest.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const PREFIX = 'agent_cache_';
const SETTING = 'agentCache.tools.disabled';

/** Codicons by the name of the tool; the others get the one of the cache. */
const ICONS = {
  definition: 'go-to-file',
  dependents: 'type-hierarchy-super',
  diagnostics: 'warning',
  impact: 'type-hierarchy-super',
  imports: 'type-hierarchy-sub',
  invalidate: 'circle-slash',
  outline: 'symbol-class',
  recall: 'notebook',
  references: 'references',
  remember: 'note',
  repo_map: 'map',
  search: 'search',
  session: 'history',
  statistics: 'graph',
  symbols: 'symbol-misc',
  tokens: 'symbol-numeric',
  undo: 'discard',
  warm: 'flame',
};

/**
 * The manifest with the tools of the catalog, and their names in the setting that hides them.
 * @param {any} manifest
 * @param {readonly any[]} tools
 */
export function withTools(manifest, tools) {
  const { contributes } = manifest;
  const { configuration } = contributes;
  const setting = configuration.properties[SETTING];
  const properties = {
    ...configuration.properties,
    [SETTING]: { ...setting, items: namesOf(tools) },
  };
  return {
    ...manifest,
    contributes: {
      ...contributes,
      languageModelTools: tools.map(contribution),
      configuration: { ...configuration, properties },
    },
  };
}

function contribution({ name, title, summary, description, input }) {
  return {
    name: PREFIX + name,
    toolReferenceName: `agentCache${camelCase(name)}`,
    displayName: title,
    canBeReferencedInPrompt: true,
    icon: `$(${ICONS[name] ?? 'database'})`,
    // An array among the settings is its JSON here.
    when: `!(config.${SETTING} =~ /"${name}"/)`,
    userDescription: summary,
    modelDescription: description,
    inputSchema: inputSchema(input),
  };
}

/** The schema as models read it: no dialect, nothing that holds for every number or every object. */
function inputSchema(input) {
  const { $schema, ...schema } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const says = (name, value) =>
    !(name === 'propertyNames' && JSON.stringify(value) === '{"type":"string"}') &&
    !(/^(min|max)imum$/.test(name) && Math.abs(value) === Number.MAX_SAFE_INTEGER);
  return JSON.parse(JSON.stringify(schema, (name, value) => (says(name, value) ? value : undefined)));
}

function namesOf(tools) {
  return {
    type: 'string',
    enum: tools.map(({ name }) => name),
    enumDescriptions: tools.map(({ summary }) => `${summary}.`),
    patternErrorMessage: 'Fits: names of tools.',
  };
}

function camelCase(name) {
  return name.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase());
}

const root = fileURLToPath(new URL('..', import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { TOOLS } = await import('../src/tools/catalog.ts');
  const file = `${root}package.json`;
  const manifest = withTools(JSON.parse(readFileSync(file, 'utf8')), TOOLS);
  writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
}
