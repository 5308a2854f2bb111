/** One piece of advice: what, why, on which evidence, and what one click changes. */
import type { AdviceItem, AdviceKind } from '../../src/protocol/advice.ts';
import { h, icon, setAttribute, setLabel, setShown, setText } from '../dom.ts';
import { formatEntries } from '../format.ts';
import { host } from '../host.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { button } from '../ui/toolkit.ts';
import { AdviceKeys } from './advice-keys.ts';

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
  let setting = '';
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
  const keys = new AdviceKeys(state);
  const apply = button('Apply', 'secondary', () => host.postMessage({ type: 'applyAdvice', id }));
  const revert = button('Revert', 'secondary', () => host.postMessage({ type: 'revertAdvice', id }));
  const applied = h('span', { class: 'applied' }, icon('check'), 'Applied');
  const openSetting = h('button', { type: 'button', class: 'link-button' }, 'Open Setting');
  openSetting.addEventListener('click', () => host.postMessage({ type: 'openSetting', id: setting }));
  const act = h('div', { class: 'advice-act' }, change, keys.element, applied, apply, revert, openSetting);
  const mark = icon(KINDS[kind].icon);
  mark.title = KINDS[kind].name;
  return {
    element: h('li', { class: 'advice-item' }, mark, h('div', {}, title, of, text, evidence, act)),
    update(item) {
      const { namespace } = item;
      setText(title, item.title);
      setText(of, namespace ? `${KINDS[kind].name} · ${namespace}` : KINDS[kind].name);
      setText(text, item.text);
      evidenceList.render(item.evidence);
      setShown(evidence, item.evidence.length > 0);

      setting = item.change?.setting ?? '';
      const count = item.keys?.length ?? 0;
      const what = item.change?.text ?? `Invalidate ${formatEntries(count)}`;
      const done = item.state === 'applied';
      setShown(act, item.change !== undefined || count > 0);
      setShown(change, item.change !== undefined);
      setText(change, what);
      keys.render(item.change ? [] : (item.keys ?? []));
      setShown(applied, done);
      setShown(apply, !done);
      setText(apply, item.change ? 'Apply' : what);
      setAttribute(apply, 'title', `Apply: ${what}`);
      setShown(revert, done);
      setAttribute(revert, 'title', `Revert: ${what}`);
      setShown(openSetting, item.change !== undefined);
      setLabel(openSetting, `Open ${setting}`);
    },
  };
}
