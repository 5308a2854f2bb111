import type { SettingRow, SettingsData } from '../protocol/settings.ts';

/** Of the manifest's `contributes.configuration.properties`, what this needs. */
export type SettingProperties = Readonly<
  Record<string, { readonly default?: unknown; readonly order?: number }>
>;

const SECTION = 'agentCache.';
const GENERAL = 'General';

/** Words of the names that are no plain words. */
const SPELLED: Readonly<Record<string, string>> = {
  ca: 'CA',
  cpu: 'CPU',
  mcp: 'MCP',
  ms: '(ms)',
  tls: 'TLS',
  ttl: 'TTL',
  url: 'URL',
};

/**
 * All settings at a glance, in the order of the manifest, those without a group first.
 *
 * Nothing that may be a secret is shown: of objects only the names of their members, of what is
 * called after a secret only whether it is set, and of addresses nothing before their `@`.
 *
 * @param values by name without `agentCache.`, as they are in use
 * @param problems what is wrong with the settings, a sentence each
 */
export function settingsData(
  properties: SettingProperties,
  values: Readonly<Record<string, unknown>>,
  problems: readonly string[],
): SettingsData {
  const rows = Object.entries(properties)
    .sort(([, a], [, b]) => (a.order ?? 0) - (b.order ?? 0))
    .map(([id, property]) => row(id, property.default, values[id.slice(SECTION.length)]));
  const groups = [...new Set([GENERAL, ...rows.map(({ group }) => group)])];
  return { rows: groups.flatMap((name) => rows.filter(({ group }) => group === name)), problems };
}

function row(id: string, byDefault: unknown, value: unknown = byDefault): SettingRow {
  const path = id.slice(SECTION.length).split('.');
  const title = words(path.at(-1) ?? id);
  const group = path.length > 1 ? words(path[0] ?? '') : GENERAL;
  return { id, group, title, value: shown(title, value), changed: !same(value, byDefault) };
}

/** `maxMegabytes` → `Max megabytes`, `caFile` → `CA file`, `timeoutMs` → `Timeout (ms)`. */
function words(name: string): string {
  const text = name
    .split(/(?=[A-Z])/)
    .map((word) => SPELLED[word.toLowerCase()] ?? word.toLowerCase())
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const SECRET = /\b(?:passwords?|secrets?|token|webhooks?|credentials?|api key)\b/i;
const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
/** Past it a text says little more at a glance. */
const MAX_TEXT = 120;

function shown(title: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return 'not set';
  if (SECRET.test(title)) return 'set, not shown';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return integer.format(value);
  if (typeof value === 'string') return cut(withoutCredentials(value));
  if (Array.isArray(value)) return value.length === 0 ? 'none' : cut(value.map(member).join(', '));
  const names = Object.keys(value as object);
  return names.length === 0 ? 'none' : cut(names.join(', '));
}

/** Members that are objects have no short text but their name; of those without one, only that they are there. */
function member(value: unknown): string {
  if (typeof value === 'string') return withoutCredentials(value);
  if (typeof value !== 'object') return String(value);
  const { name } = (value ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? withoutCredentials(name) : '…';
}

function withoutCredentials(text: string): string {
  return text.replace(/(^|\/\/)[^/\s]*@/g, '$1…@');
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** Objects with the same members are the same in any order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return members.map(([name, each]) => [name, sorted(each)]);
}
