import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import * as z from 'zod';
import { totals } from '../insight/snapshot.ts';
import { HOT_SORTS, RANGES, type ToHost, type ToPage, type View } from '../protocol.ts';
import { PANEL } from './ids.ts';
import type { Session } from './session.ts';

const text = z.string().min(1).max(4096);
const viewSchema = z.object({
  range: z.enum(RANGES),
  hotSort: z.enum(HOT_SORTS),
  expandedTags: z.array(text).max(1000),
});
const messageSchema: z.ZodType<ToHost> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), view: viewSchema }),
  z.object({ type: z.literal('view'), view: viewSchema }),
  z.object({ type: z.literal('invalidateTag'), tag: text }),
  z.object({ type: z.literal('invalidateKey'), key: text }),
  z.object({ type: z.literal('openFile'), file: text }),
  z.object({ type: z.literal('warm') }),
  z.object({ type: z.literal('cancelWarm') }),
  z.object({ type: z.literal('clearAll') }),
  z.object({ type: z.literal('error'), message: z.string().max(10_000) }),
]);

/** Without news, a snapshot still goes out this often, ms, so that the chart moves on. */
const IDLE_MS = 5000;
/** The least time between two snapshots, ms. */
const LIVE_MS = 250;

/** The Cache Explorer's panel: the host's half. */
export class ExplorerPanel implements vscode.Disposable {
  static #current: ExplorerPanel | undefined;
  readonly #panel: vscode.WebviewPanel;
  readonly #session: Session;
  readonly #disposables: vscode.Disposable[] = [];
  #view: View | undefined;
  #pending: Partial<View> | undefined;
  #sentAt = 0;
  #sentState = '';
  #timer: NodeJS.Timeout | undefined;

  static open(context: vscode.ExtensionContext, session: Session): void {
    ExplorerPanel.show(context, session, {});
  }

  /** Opens the panel, or comes back to it, on what is to be looked at. */
  static show(context: vscode.ExtensionContext, session: Session, look: Partial<View>): void {
    if (ExplorerPanel.#current) ExplorerPanel.#current.#panel.reveal();
    else {
      const panel = vscode.window.createWebviewPanel(PANEL, 'Cache Explorer', vscode.ViewColumn.Active, {});
      ExplorerPanel.#current = new ExplorerPanel(context, session, panel);
    }
    if (Object.keys(look).length > 0) ExplorerPanel.#current.#look(look);
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
    const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'media', 'icon.png');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.#disposables.push(
      panel.webview.onDidReceiveMessage((message) => this.#receive(message)),
      panel.onDidChangeViewState(() => this.#send()),
      panel.onDidDispose(() => this.dispose()),
      session.engine.onBeat(() => this.#send()),
    );
    panel.webview.html = page(panel.webview, dist);
  }

  dispose(): void {
    if (ExplorerPanel.#current === this) ExplorerPanel.#current = undefined;
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
    this.#panel.dispose();
  }

  /** Sends a snapshot if the page is seen and something changed; soon, if one just went out. */
  #send(): void {
    if (!this.#view || !this.#panel.visible || this.#timer) return;
    const { engine } = this.#session;
    const now = Date.now();
    const counted = totals(engine.workspace);
    const state = JSON.stringify([
      counted,
      engine.shared?.state,
      engine.recorder.revision,
      engine.warmer.state,
      this.#view,
    ]);
    if (state === this.#sentState && now - this.#sentAt < IDLE_MS) return;
    if (now - this.#sentAt < LIVE_MS) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#send();
      }, LIVE_MS);
      return;
    }
    this.#sentState = state;
    this.#sentAt = now;
    this.#post({ type: 'snapshot', snapshot: engine.snapshot(this.#view) });
  }

  /** A page that is not ready yet is told when it is. */
  #look(look: Partial<View>): void {
    if (this.#view) this.#post({ type: 'show', view: look });
    else this.#pending = look;
  }

  #post(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = messageSchema.safeParse(raw);
    if (!parsed.success) {
      this.#session.log.error(`The panel sent a message that does not fit: ${z.prettifyError(parsed.error)}`);
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
    const session = this.#session;
    switch (message.type) {
      case 'ready':
      case 'view':
        this.#view = message.view;
        this.#sentState = '';
        this.#sentAt = 0;
        if (this.#pending) this.#post({ type: 'show', view: this.#pending });
        this.#pending = undefined;
        return this.#send();
      case 'invalidateTag':
        await session.invalidate({ tag: message.tag }, `Tag ${message.tag} and all below it`);
        return this.#send();
      case 'invalidateKey':
        await session.invalidate({ key: message.key }, `Key ${message.key}`);
        return this.#send();
      case 'openFile': {
        const uri = vscode.Uri.joinPath(session.folder.uri, message.file);
        await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
        return;
      }
      case 'warm':
        return session.warm(vscode.ProgressLocation.Window);
      case 'cancelWarm':
        return session.engine.warmer.cancel();
      case 'clearAll':
        await session.invalidate({ all: true }, 'Everything, on every level');
        return this.#send();
      case 'error':
        session.log.error(`Page: ${message.message}`);
        return;
      default:
        return message satisfies never;
    }
  }
}

function page(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const asset = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1.0">
  <link rel="stylesheet" href="${asset('webview.css')}">
  <title>Cache Explorer</title>
</head>
<body>
  <div id="app"></div>
  <script nonce="${nonce}" src="${asset('webview.js')}"></script>
</body>
</html>`;
}
