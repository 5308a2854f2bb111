/** What the filter understands, with examples that can be tried by a click. */
import { h } from '../dom.ts';

const TERMS: readonly { readonly example: string; readonly means: string }[] = [
  { example: 'outline', means: 'the key contains it' },
  { example: 'namespace:analysis', means: 'of the namespace' },
  { example: 'tag:language', means: 'with the tag, or one below it' },
  { example: 'file:src/**', means: 'rests on a file that the glob fits' },
  { example: 'level:file', means: 'on the level: memory, file, shared' },
  { example: 'size>10KB', means: 'larger; also <, >=, <=' },
  { example: 'age<2h', means: 'stored less than 2 hours ago' },
  { example: 'hits>=3', means: 'hit 3 times or more' },
  { example: 'cost>50ms', means: 'took longer to compute' },
  { example: '-level:memory', means: 'not so' },
  { example: 'text:auth', means: 'in its key, its tags or a path that it rests on' },
  { example: 'tag:"my tag"', means: 'quotes keep spaces together' },
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
