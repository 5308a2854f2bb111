/** What an empty cache shows instead of empty sections. */
import { h } from '../dom.ts';
import { host } from '../host.ts';
import { button } from '../ui/toolkit.ts';

export function welcome(): HTMLElement {
  return h(
    'section',
    { class: 'welcome', 'aria-labelledby': 'welcome-title' },
    h('h2', { id: 'welcome-title' }, 'Nothing cached yet'),
    h(
      'p',
      {},
      'Agent Cache Explorer keeps the workspace analyses that agents ask for, and drops exactly those whose files change.',
    ),
    h(
      'p',
      {},
      'The first time an agent asks, the answer is computed and kept. To compute all answers ahead of that:',
    ),
    button('Warm Workspace', 'primary', () => host.postMessage({ type: 'warm' })),
  );
}
