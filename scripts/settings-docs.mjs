// Writes docs/settings.md from the manifest: node scripts/settings-docs.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SCOPES = {
  resource: 'user, workspace or folder settings',
  window: 'user or workspace settings',
  machine: 'the settings of the user on this machine only, so that no workspace can decide it',
  'machine-overridable': 'the settings of the user on this machine, or of a workspace',
};

/**
 * The page about all settings, from `contributes.configuration` of a manifest.
 * @param {any} manifest
 */
export function settingsDocs({ contributes }) {
  const settings = Object.entries(contributes.configuration.properties).sort(
    ([, a], [, b]) => a.order - b.order,
  );
  return [
    '# Settings',
    '',
    'Made from the manifest by `node scripts/settings-docs.mjs`. A wrong value is refused with a message that says where, why and what fits; the last good value stays in use. Policies of namespaces and agents are explained in [namespaces.md](namespaces.md).',
    ...settings.flatMap(([name, setting]) => ['', `## \`${name}\``, '', ...section(setting)]),
    '',
  ].join('\n');
}

function section(setting) {
  const { default: value, examples = [], enum: choices = [], enumDescriptions = [] } = setting;
  const text = (setting.markdownDescription ?? setting.description).replace(/`#([\w.]+)#`/g, '`$1`');
  const fits = choices.map((choice, index) => `  - ${code(choice)}: ${enumDescriptions[index]}`);
  return [
    text,
    '',
    `- Default: ${code(value)}`,
    ...(fits.length > 0 ? ['- Fits:', ...fits] : [`- Fits: ${kind(setting)}`]),
    ...examples.map((example) => `- Example: ${code(example)}`),
    `- Set in: ${SCOPES[setting.scope]}`,
  ];
}

function kind({ type, minimum, maximum, patternErrorMessage, items }) {
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'integer' || type === 'number') {
    const range = `from ${minimum} to ${maximum}`;
    return type === 'integer' ? `a whole number ${range}` : `a number ${range}`;
  }
  if (type === 'object') return 'an object';
  const what = (patternErrorMessage ?? items?.patternErrorMessage)?.replace(/^Fits: |\.$/g, '') ?? 'a text';
  return type === 'array' ? `a list of ${what}` : what;
}

function code(value) {
  return `\`${JSON.stringify(value)}\``;
}

const root = fileURLToPath(new URL('..', import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  writeFileSync(`${root}docs/settings.md`, settingsDocs(manifest));
}
