/**
 * Runs in the page before its own script and stands in for VS Code: theme, `acquireVsCodeApi`, and
 * an extension host that answers with made-up snapshots. Controlled through `window.fakeHost`.
 */
import type { Snapshot, ToHost, ToPage, View } from '../../../src/protocol.ts';
import { makeSnapshot, type Scenario } from './snapshots.ts';

/** What of the browser this file uses; the tests are checked without the DOM's types. */
interface Browser {
  readonly location: { readonly search: string; readonly origin: string };
  readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
  readonly document: {
    readonly body: { className: string; readonly dataset: Record<string, string> };
    readonly documentElement: {
      readonly style: { setProperty(name: string, value: string): void; cssText: string };
    };
    addEventListener(type: 'securitypolicyviolation', listener: (event: Violation) => void): void;
  };
  postMessage(message: ToPage, origin: string): void;
  acquireVsCodeApi?: unknown;
  fakeHost?: unknown;
}
interface Violation {
  readonly violatedDirective: string;
  readonly sourceFile: string;
  readonly lineNumber: number;
}
interface Theme {
  readonly kind: string;
  readonly variables: Readonly<Record<string, string>>;
}

declare const THEMES: Readonly<Record<string, Theme>>;
const browser = globalThis as unknown as Browser;
const query = new URLSearchParams(browser.location.search);
const scenario = (query.get('scenario') ?? 'few') as Scenario;

const sent: ToHost[] = [];
const violations: string[] = [];
let view: View | undefined;
let tick = 0;
let at = Number(query.get('at') ?? Date.now());

browser.document.addEventListener('securitypolicyviolation', (event) => {
  violations.push(`${event.violatedDirective} ${event.sourceFile}:${event.lineNumber}`);
});

/** Does what VS Code does to a webview when the theme changes, in the same order. */
function setTheme(name: string): void {
  const theme = THEMES[name];
  if (!theme) throw new Error(`No theme ${name}`);
  const { body, documentElement } = browser.document;
  const contrast = theme.kind === 'vscode-high-contrast-light' ? ' vscode-high-contrast' : '';
  body.className = `vscode-body ${theme.kind}${contrast}`;
  body.dataset.vscodeThemeKind = theme.kind;
  body.dataset.vscodeThemeId = name;
  documentElement.style.cssText = '';
  for (const [variable, value] of Object.entries(theme.variables)) {
    documentElement.style.setProperty(variable, value);
  }
}

function send(message: ToPage): void {
  browser.postMessage(message, browser.location.origin);
}

/** Sends the scenario's snapshot, changed by `change`. */
function push(change: Partial<Snapshot> = {}): void {
  if (view) send({ type: 'snapshot', snapshot: { ...makeSnapshot(scenario, view, at, tick), ...change } });
}

/** Lets `ms` pass in the scenario and sends what it looks like then. */
function advance(ms: number, change: Partial<Snapshot> = {}): void {
  tick++;
  at += ms;
  push(change);
}

browser.acquireVsCodeApi = () => ({
  postMessage(message: ToHost) {
    sent.push(message);
    if (message.type !== 'ready' && message.type !== 'view') return;
    view = message.view;
    if (query.has('slow')) setTimeout(push, Number(query.get('slow')));
    else if (!query.has('silent')) push();
  },
  getState: () => JSON.parse(browser.sessionStorage.getItem('state') ?? 'null'),
  setState: (state: unknown) => browser.sessionStorage.setItem('state', JSON.stringify(state)),
});
browser.fakeHost = { sent, violations, setTheme, send, push, advance };
setTheme(query.get('theme') ?? 'dark');
if (query.has('live')) setInterval(() => advance(1_000), 1_000);
