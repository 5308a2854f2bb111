import * as vscode from 'vscode';
import { misfit } from '../cache/misfit.ts';
import { totals } from '../insight/snapshot.ts';
import type { SettingsData } from '../protocol/settings.ts';
import type { Content, Section, ToHost, ToPage, View } from '../protocol.ts';
import { ContentFeed } from './content-feed.ts';
import { contentOf, type ExplorerData, explorerData, questionOf } from './explorer-data.ts';
import { PANEL } from './ids.ts';
import { messageSchema } from './panel-messages.ts';
import { pageOf } from './panel-page.ts';
import { serveRequest } from './panel-requests.ts';
import type { Session } from './session.ts';
import { settingsData } from './settings-data.ts';

/** Without news, a snapshot still goes out this often, ms, so that the chart moves on. */
const IDLE_MS = 5000;
/** The least time between two snapshots, ms. */
const LIVE_MS = 250;
/** The least time between two contents of the same section, ms: some look at every entry. */
const CONTENT_MS = 1000;
/** Sections whose content moves on with the clock alone. */
const TIMED: readonly Section[] = ['misses', 'answers', 'provider', 'savings'];

/** The Cache Explorer's panel: the host's half. */
export class ExplorerPanel implements vscode.Disposable {
  static #current: ExplorerPanel | undefined;
  readonly #panel: vscode.WebviewPanel;
  readonly #session: Session;
  readonly #disposables: vscode.Disposable[] = [];
  readonly #data: ExplorerData;
  readonly #feed: ContentFeed<Content | undefined>;
  /** What the page wants to see; undefined while there is no page, as when it is hidden. */
  #view: View | undefined;
  /** What a link wants the page to show, until there is a page. */
  #look: Partial<View> | undefined;
  #settings = 0;
  #sentAt = 0;
  #sentState = '';
  #sentBase = '';
  #timer: NodeJS.Timeout | undefined;

  /** Opens or reveals the panel, and there what `look` names: a section, an entry, a filter. */
  static show(context: vscode.ExtensionContext, session: Session, look: Partial<View> = {}): void {
    if (ExplorerPanel.#current) {
      ExplorerPanel.#current.#panel.reveal();
    } else {
      const panel = vscode.window.createWebviewPanel(PANEL, 'Cache Explorer', vscode.ViewColumn.Active, {});
      ExplorerPanel.#current = new ExplorerPanel(context, session, panel);
    }
    if (Object.keys(look).length > 0) ExplorerPanel.#current.#show(look);
  }

  /** Takes over a panel that VS Code restored after a reload. */
  static restore(context: vscode.ExtensionContext, session: Session, panel: vscode.WebviewPanel): void {
    ExplorerPanel.#current?.dispose();
    ExplorerPanel.#current = new ExplorerPanel(context, session, panel);
  }

  static close(): void {
    ExplorerPanel.#current?.dispose();
  }

  private constructor(context: vscode.ExtensionContext, session: Session, panel: vscode.WebviewPanel) {
    this.#panel = panel;
    this.#session = session;
    this.#data = explorerData(session.engine, () => settingsOf(context, session));
    this.#feed = new ContentFeed({
      ready: () => this.#send(),
      failed: (error) => session.log.error(`Panel: ${error.stack ?? error.message}`),
      restMs: CONTENT_MS,
    });
    const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'media', 'icon.png');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.#disposables.push(
      panel.webview.onDidReceiveMessage((message) => this.#receive(message)),
      panel.onDidChangeViewState(() => this.#seen()),
      panel.onDidDispose(() => this.dispose()),
      session.engine.onBeat(() => this.#send()),
      session.onSettings(() => {
        this.#settings++;
        this.#send();
      }),
    );
    panel.webview.html = pageOf(panel.webview, dist);
  }

  dispose(): void {
    if (ExplorerPanel.#current === this) ExplorerPanel.#current = undefined;
    clearTimeout(this.#timer);
    this.#feed.close();
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
    this.#panel.dispose();
  }

  #show(look: Partial<View>): void {
    if (this.#view) this.#post({ type: 'show', view: look });
    else this.#look = { ...this.#look, ...look };
  }

  /** VS Code ends a page that is hidden, and makes another one when it is seen again. */
  #seen(): void {
    if (!this.#panel.visible) this.#view = undefined;
    this.#send();
  }

  /** Sends a snapshot if the page is seen and something changed; soon, if one just went out. */
  #send(): void {
    const view = this.#view;
    if (!view || !this.#panel.visible || this.#timer) return;
    const { engine } = this.#session;
    const now = Date.now();
    const { revision } = engine.recorder;
    const counted = totals(engine.workspace);
    const data = JSON.stringify([counted, engine.shared?.state, revision, engine.warmer.state]);
    const question = questionOf(view);
    const time = TIMED.includes(view.section) ? Math.floor(now / IDLE_MS) : 0;
    const answer =
      question === undefined
        ? undefined
        : this.#feed.read(question, `${data} ${this.#settings} ${time}`, () => contentOf(this.#data, view));
    const { range, hotSort, hotSpan, expandedTags, section } = view;
    const base = JSON.stringify([data, range, hotSort, hotSpan, expandedTags, section]);
    const state = `${base} ${answer?.id ?? question}`;
    if (state === this.#sentState && now - this.#sentAt < IDLE_MS) return;
    // Only the content is another one, and it will come.
    if (question !== undefined && !answer && base === this.#sentBase) return;
    const newView = this.#sentState === '';
    if (!newView && now - this.#sentAt < LIVE_MS) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#send();
      }, LIVE_MS);
      return;
    }
    this.#sentState = state;
    this.#sentBase = base;
    this.#sentAt = now;
    const snapshot = engine.snapshot(view);
    const { content, problem } = answer ?? {};
    this.#post({ type: 'snapshot', snapshot: { ...snapshot, content, problem } });
  }

  #post(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = messageSchema.safeParse(raw);
    if (!parsed.success) {
      this.#session.log.error(`The panel sent a message that does not fit: ${misfit(parsed.error)}`);
      return;
    }
    try {
      await this.#handle(parsed.data);
    } catch (error) {
      this.#session.log.error(`Panel: ${(error as Error).message}`);
      this.#post({ type: 'failed', message: (error as Error).message });
    }
  }

  async #handle(message: ToHost): Promise<void> {
    if (message.type !== 'ready' && message.type !== 'view') {
      await serveRequest(message, this.#session, this.#data);
      return this.#send();
    }
    this.#view = message.view;
    this.#sentState = '';
    if (message.type === 'ready') {
      this.#sentBase = '';
      if (this.#look) this.#post({ type: 'show', view: this.#look });
      this.#look = undefined;
    }
    this.#send();
  }
}

function settingsOf({ extension }: vscode.ExtensionContext, session: Session): SettingsData {
  const { properties } = extension.packageJSON.contributes.configuration;
  return settingsData(properties, session.settings, session.settingProblems);
}
