/**
 * The only module that knows @vscode/webview-ui-toolkit: the toolkit is archived, and what the
 * page takes from it is to be replaceable in one place.
 */
import './focus-probe.ts';

import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';
import { endFocusProbe } from './focus-probe.ts';

endFocusProbe();
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing());

/** A text button. `onPress` is called once for a double click, too. */
export function button(text: string, appearance: 'primary' | 'secondary', onPress: () => void): HTMLElement {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', appearance);
  element.textContent = text;
  element.addEventListener('click', (event) => {
    if (event.detail < 2) onPress();
  });
  return element;
}

/** The indeterminate ring that VS Code's own dialogs show while they wait. */
export function progressRing(): HTMLElement {
  return document.createElement('vscode-progress-ring');
}
