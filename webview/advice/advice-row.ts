/** One piece of advice: what, why, on which evidence, and what one click changes. */
import type { AdviceItem, AdviceKind } from '../../src/protocol/advice.ts';
import { h, icon, setAttribute, setLabel, setShown, setText } from '../dom.ts';
import { keyLink } from '../entries-link.ts';
import { formatEntries } from '../format.ts';
import { host } from '../host.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { button } from '../ui/toolkit.ts';

const KINDS: Readonly<Record<AdviceKind, { icon: string; name: string }>> = {
  size: { icon: 'chip', name: 'Size' },
  ttl: { icon: 'clock', name: 'Time to live' },
  'key-variance': { icon: 'symbol-key', name: 'Key variance' },
  churn: { icon: 'sync', name: 'Invalidation churn' },
  'low-value': { icon: 'trash', name: 'Low-value entries' },
  stale: { icon: 'history', name: 'Stale entries' },
  largest: { icon: 'database', name: 'Largest entries' },
  level: { icon: 'layers', name: 'Level' },
};

export function adviceRow({ id, kind }: AdviceItem, state: PageState): Row<AdviceItem> {
  let item: AdviceItem | undefined;
  const title = h('h3', { class: 'advice-title' });
  const of = h('span', { class: 'quiet' });
  const text = h('p', { class: 'prose' });
  const evidence = h('ul', { class: 'told', 'aria-label': 'Evidence' });
  const evidenceList = new KeyedList<string>({
    parent: evidence,
    keyOf: (sentence) => sentence,
    create: (sentence) => ({ element: h('li', {}, sentence), update() {} }),
  });
  const change = h('code', { class: 'change' });
  const apply = button('Apply', 'secondary', () => host.postMessage({ type: 'applyAdvice', id }));
  const revert = button('Revert', 'secondary', () => host.postMessage({ type: 'revertAdvice', id }));
  const applied = h('span', { class: 'applied' }, icon('check'), 'Applied');
  const openSetting = h('button', { type: 'button', class: 'link-button' }, 'Open Setting');
  openSetting.addEventListener('click', () => {
    if (item?.change) host.postMessage({ type: 'openSetting', id: item.change.setting });
  });
  const keys = h('details', { class: 'advice-keys' });
  const keyNames = h('ul', { class: 'key-names' });
  const summary = h('summary');
  keys.append(summary, keyNames);
  const invalidate = button('Invalidate', 'secondary', () => {
    if (item?.keys) host.postMessage({ type: 'invalidateKeys', keys: item.keys });
  });
  const changeRow = h('div', { class: 'advice-change' }, change, applied, apply, revert, openSetting);
  const keysRow = h('div', { class: 'advice-change' }, keys, invalidate);
  const mark = icon(KINDS[kind].icon);
  mark.title = KINDS[kind].name;
  let shownKeys = '';
  return {
    element: h(
      'li',
      { class: 'advice-item' },
      mark,
      h('div', {}, title, of, text, evidence, changeRow, keysRow),
    ),
    update(next) {
      item = next;
      const done = next.state === 'applied';
      setText(title, next.title);
      setText(of, next.namespace ? `${KINDS[kind].name} · ${next.namespace}` : KINDS[kind].name);
      setText(text, next.text);
      evidenceList.render(next.evidence);
      setShown(evidence, next.evidence.length > 0);
      setShown(changeRow, next.change !== undefined);
      setText(change, next.change?.text ?? '');
      setShown(apply, !done);
      setShown(revert, done);
      setShown(applied, done);
      setAttribute(apply, 'title', `Apply: ${next.change?.text ?? ''}`);
      setAttribute(revert, 'title', `Revert: ${next.change?.text ?? ''}`);
      setLabel(openSetting, `Open ${next.change?.setting ?? ''}`);
      const count = next.keys?.length ?? 0;
      setShown(keysRow, count > 0);
      setText(summary, formatEntries(count));
      setText(invalidate, count === 1 ? 'Invalidate it' : `Invalidate ${formatEntries(count)}`);
      const names = (next.keys ?? []).slice(0, SHOWN_KEYS);
      if (names.join('\n') === shownKeys) return;
      shownKeys = names.join('\n');
      keyNames.replaceChildren(...names.map((key) => h('li', {}, keyLink(key, state))));
      if (count > SHOWN_KEYS)
        keyNames.append(h('li', { class: 'quiet' }, `and ${formatEntries(count - SHOWN_KEYS)} more`));
    },
  };
}

/** Names enough to judge by. */
const SHOWN_KEYS = 50;
