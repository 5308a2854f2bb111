/** Similar questions: what was found, how similar it is, what became of it, and whether that was right. */
import { type AnswersData, MATCH_MARKS, type MatchMark, type MatchRow } from '../../src/protocol/answers.ts';
import type { Column } from '../column.ts';
import { h, icon, setAttribute, setShown, setText, setTime } from '../dom.ts';
import { formatRelative } from '../format.ts';
import { host } from '../host.ts';
import type { Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { cell, RowTable, tableRow } from '../row-table.ts';
import { looksForSimilar, matchingText } from './counts.ts';
import { formatSimilarity, OUTCOMES } from './statuses.ts';

const COLUMNS = [
  { label: 'Asked, and found' },
  { label: 'Similarity', className: 'number' },
  { label: 'Outcome', className: 'outcome' },
  { label: 'When', className: 'number when', room: 'medium' },
  { label: 'Does it fit?', className: 'marks' },
] as const satisfies readonly Column[];
const FIRST = 15;
const EMBEDDINGS = 'agentCache.embeddings.url';
const NAMESPACES = 'agentCache.namespaces';

const MARKS: Readonly<Record<MatchMark, { name: string; means: string }>> = {
  wrong: { name: 'Wrong', means: 'The answer found does not fit what was asked: never serve it for this' },
  right: { name: 'Right', means: 'The answer found fits what was asked' },
};

export class Matches {
  readonly #how = h('span');
  readonly #change = h('button', { type: 'button', class: 'link-button' });
  readonly #problem = h('span');
  readonly #problemLine = h('p', { class: 'problem', role: 'status' }, icon('warning'), this.#problem);
  readonly #empty = h('p', { class: 'empty' }, 'No question resembled an earlier one yet.');
  readonly #table: RowTable<MatchRow>;
  readonly element: HTMLElement;

  #now = 0;
  #setting = EMBEDDINGS;

  constructor(state: PageState) {
    this.#table = new RowTable<MatchRow>({
      ...{ label: 'Similar questions', className: 'match-table', columns: COLUMNS, first: FIRST },
      keyOf: ({ id }) => id,
      create: (row) => matchRow(row, state, () => this.#now),
    });
    this.#change.addEventListener('click', () =>
      host.postMessage({ type: 'openSetting', id: this.#setting }),
    );
    this.element = h(
      'div',
      { class: 'matches' },
      h('h3', {}, 'Similar questions'),
      h('p', { class: 'prose' }, this.#how, ' ', this.#change),
      this.#problemLine,
      this.#empty,
      this.#table.element,
    );
  }

  /** @param now the host's time, ms since the epoch */
  render(answers: AnswersData, now: number): void {
    this.#now = now;
    const { matches, matching, counts } = answers;
    const { problem, embedder } = matching;
    const semantic = looksForSimilar(answers);
    setText(this.#how, matchingText(answers));
    this.#setting = semantic ? EMBEDDINGS : NAMESPACES;
    setText(
      this.#change,
      semantic ? (embedder ? 'Change the model' : 'Set a model that embeds') : 'Set the strategy',
    );
    setShown(this.#problemLine, semantic && problem !== undefined);
    setText(this.#problem, problem ?? '');
    setShown(this.#empty, semantic && counts.requests > 0 && matches.length === 0);
    this.#table.render(matches);
  }
}

function matchRow(
  { id, asked, found, key, by, at }: MatchRow,
  state: PageState,
  now: () => number,
): Row<MatchRow> {
  const link = h(
    'button',
    { type: 'button', class: 'link-button row-text', title: 'Show the entry in full' },
    found,
  );
  link.addEventListener('click', () => state.look({ section: 'entries', entry: key }));
  const similarity = h('span', {
    title: by === 'embedding' ? 'By the model that embeds' : 'By comparing the words',
  });
  const outcome = h('span');
  const detail = h('span', { class: 'quiet row-detail' });
  const time = h('time', { class: 'number' });
  const marks = MATCH_MARKS.map((mark) => ({ mark, button: markButton(id, mark, asked) }));
  const [, inSimilarity, inOutcome, inWhen, inMark] = COLUMNS;
  return {
    element: tableRow(
      h(
        'dl',
        { class: 'pair' },
        ...[h('dt', {}, 'asked'), h('dd', { class: 'row-text' }, asked)],
        ...[h('dt', {}, 'found'), h('dd', {}, link)],
      ),
      cell(inSimilarity, similarity),
      cell(inOutcome, outcome, detail),
      cell(inWhen, h('span', { class: 'quiet' }, time)),
      cell(inMark, ...marks.map(({ button }) => button)),
    ),
    update(row) {
      setText(similarity, formatSimilarity(row.similarity));
      setText(outcome, OUTCOMES[row.outcome].name);
      setAttribute(outcome, 'title', OUTCOMES[row.outcome].means);
      setText(detail, row.detail ?? '');
      setShown(detail, row.detail !== undefined);
      setTime(time, at, formatRelative(at, now()));
      for (const { mark, button } of marks) {
        setAttribute(button, 'aria-pressed', String(row.marked === mark));
      }
    },
  };
}

function markButton(id: string, mark: MatchMark, asked: string): HTMLElement {
  const { name, means } = MARKS[mark];
  const button = h(
    'button',
    {
      type: 'button',
      class: 'setting-toggle',
      'aria-pressed': 'false',
      title: means,
      'aria-label': `${name}: ${asked}`,
    },
    name,
  );
  button.addEventListener('click', () => host.postMessage({ type: 'markMatch', id, marked: mark }));
  return button;
}
