/** The parts of an entry in full, from its value to its story. */
import type { DependencyRow, EntryDetail, VariantRow } from '../../src/protocol/entries.ts';
import { h, icon } from '../dom.ts';
import { formatBytes, formatCount, formatExact, withLocalTimes } from '../format.ts';
import { keyName } from '../key-name.ts';
import { levelNames } from '../level-icons.ts';
import type { Leads } from './graph.ts';
import { STATES } from './states.ts';

export function valueNodes({ value, withheld }: Pick<EntryDetail, 'value' | 'withheld'>): Node[] {
  if (!value) return withheld === undefined ? [] : [h('p', { class: 'quiet' }, withheld)];
  const { text, bytes, truncated } = value;
  const shown = truncated ? `The first ${formatCount(text.length)} characters of ${formatBytes(bytes)}.` : '';
  const pre = h('pre', { class: 'value', tabindex: '0', role: 'region', 'aria-label': 'Value' }, text);
  return truncated ? [pre, h('p', { class: 'quiet' }, shown)] : [pre];
}

export function dependencyNodes(
  {
    dependencies,
    count,
    cached,
  }: { readonly dependencies: readonly DependencyRow[]; readonly count: number; readonly cached: boolean },
  leads: Leads,
): Node[] {
  if (!cached) return [];
  if (count === 0) return [h('p', { class: 'quiet' }, 'It rests on nothing but its lifetime and its tags.')];
  const list = h(
    'ul',
    { class: 'inputs' },
    ...dependencies.map((dependency) => dependencyLine(dependency, leads)),
  );
  const rest = count - dependencies.length;
  if (rest <= 0) return [list];
  return [list, h('p', { class: 'quiet' }, `And ${formatCount(rest)} more.`)];
}

function dependencyLine({ on, subject, state, file, key }: DependencyRow, leads: Leads): HTMLElement {
  const mark = icon(STATES[state].icon);
  mark.title = STATES[state].name;
  return h(
    'li',
    { 'data-state': state },
    mark,
    h('span', { class: 'sr-only' }, `${STATES[state].name}: `),
    key !== undefined
      ? link(keyName(key), () => leads.toEntry(key), `Show ${key}`)
      : file !== undefined && file !== ''
        ? link(subject, () => leads.toFile(file), `Open ${file}`)
        : h('span', { class: 'input-subject' }, subject),
    h('span', { class: 'quiet' }, on),
  );
}

export function dependentNodes(dependents: readonly string[], leads: Leads): Node[] {
  if (dependents.length === 0) return [];
  const lines = dependents.map((key) =>
    h(
      'li',
      {},
      link(keyName(key), () => leads.toEntry(key), `Show ${key}`),
    ),
  );
  return [h('ul', { class: 'dependents' }, ...lines)];
}

export function tagNodes(tags: readonly string[], choose: (tag: string) => void): Node[] {
  if (tags.length === 0) return [];
  const items = tags.map((tag) =>
    h(
      'li',
      {},
      link(tag, () => choose(tag), `Show ${tag} among the tags`),
    ),
  );
  return [h('ul', { class: 'entry-tags' }, ...items)];
}

export function variantNodes(variants: readonly VariantRow[]): Node[] {
  if (variants.length === 0) return [];
  const head = ['Computed', 'Size', 'Levels', 'Inputs'].map((name) => h('th', { scope: 'col' }, name));
  const rows = variants.map(({ createdAt, bytes, levels, current }) => {
    const state = current === undefined ? 'not looked at' : current ? 'as they are now' : 'otherwise';
    const cells = [formatExact(createdAt), formatBytes(bytes), levelNames(levels), state];
    return h('tr', { 'data-current': String(current === true) }, ...cells.map((text) => h('td', {}, text)));
  });
  const table = h(
    'table',
    { class: 'variants' },
    h('thead', {}, h('tr', {}, ...head)),
    h('tbody', {}, ...rows),
  );
  return [table];
}

export function storyNodes(story: EntryDetail['story']): Node[] {
  const lines = story.map(({ at, text }) => {
    const time = h('time', { class: 'number', datetime: new Date(at).toISOString() }, formatExact(at));
    return h('li', {}, time, h('span', {}, withLocalTimes(text)));
  });
  return lines.length > 0 ? [h('ol', { class: 'story' }, ...lines)] : [];
}

export function invalidatedByNodes(sentences: readonly string[]): Node[] {
  if (sentences.length === 0) return [];
  return [
    h('ul', { class: 'sentences' }, ...sentences.map((sentence) => h('li', {}, withLocalTimes(sentence)))),
  ];
}

function link(label: Node | string, follow: () => void, title: string): HTMLElement {
  const button = h('button', { type: 'button', class: 'link', title }, label);
  button.addEventListener('click', follow);
  return button;
}
