/** What the filter understands, with examples that can be tried by a click. */
import { h } from '../dom.ts';

const TERMS: readonly { readonly example: string; readonly means: string }[] = [
  { example: 'outline', means: 'the key contains it' },
  { example: 'namespace:analysis', means: 'of the namespace' },
  { example: 'tag:language/typescript', means: 'under the tag' },
  { example: 'file:src/**', means: 'about a file, or those of a glob' },
  { example: 'level:file', means: 'on the level: memory, file, shared' },
  { example: 'size>10KB', means: 'larger; also <, >=, <=' },
  { example: 'age<2h', means: 'computed less than 2 hours ago' },
  { example: 'hits>=3', means: 'hit 3 times or more' },
  { example: 'cost>50ms', means: 'took longer to compute' },
  { example: '-level:memory', means: 'not so' },
  { example: '"with spaces"', means: 'taken as it is' },
];

export function filterHelp(id: string, choose: (filter: string) => void): HTMLElement {
  const terms = TERMS.flatMap(({ example, means }) => {
    const button = h(
      'button',
      { type: 'button', class: 'link code', title: `Filter by ${example}` },
      example,
    );
    button.addEventListener('click', () => choose(example));
    return [h('dt', {}, button), h('dd', {}, means)];
  });
  const all = h('p', {}, 'Several terms, with spaces between them: what fits all of them.');
  return h('div', { class: 'filter-help', id }, h('dl', {}, ...terms), all);
}
