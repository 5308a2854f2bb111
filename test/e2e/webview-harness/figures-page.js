/**
 * The sections with figures in a page of their own, each fed with data by the test:
 * `figures.show('misses', data, at)`. What surrounds them in the Cache Explorer has tests of its own.
 */
import '../../../webview/main.css';

import { AdviceSection } from '../../../webview/advice/advice-section.ts';
import { AnswersSection } from '../../../webview/answers/answers-section.ts';
import { FilesSection } from '../../../webview/files/files-section.ts';
import { MissesSection } from '../../../webview/misses/misses-section.ts';
import { PageState } from '../../../webview/page-state.ts';
import { ProviderSection } from '../../../webview/provider/provider-section.ts';
import { SavingsSection } from '../../../webview/savings/savings-section.ts';
import { SettingsSection } from '../../../webview/settings/settings-section.ts';

const SECTIONS = {
  misses: MissesSection,
  answers: AnswersSection,
  provider: ProviderSection,
  savings: SavingsSection,
  advice: AdviceSection,
  files: FilesSection,
  settings: SettingsSection,
};

const state = new PageState();
const query = { filter: '', descending: true, from: 0, count: 100 };
state.keep({
  view: {
    ...state.view,
    range: '1h',
    period: '30d',
    entries: { ...query, sort: 'hits' },
    files: { ...query, sort: 'entries' },
  },
});

const sections = {};
const title = Object.assign(document.createElement('h1'), {
  className: 'sr-only',
  textContent: 'Cache Explorer',
});
const main = document.createElement('main');
main.append(title);
document.getElementById('app')?.append(main);

globalThis.figures = {
  state,
  /** Renders one section, without data as while it waits for them, and takes the others away. */
  show(name, data, at) {
    sections[name] ??= new SECTIONS[name](state);
    const { element } = sections[name];
    if (main.children.length !== 2 || element.parentNode !== main) main.replaceChildren(title, element);
    sections[name].render(data, at);
  },
  /** Renders all sections, one below the other. */
  showAll(data, at) {
    for (const name of Object.keys(SECTIONS)) {
      sections[name] ??= new SECTIONS[name](state);
      main.append(sections[name].element);
      sections[name].render(data[name], at);
    }
  },
};
