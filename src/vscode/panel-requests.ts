import * as vscode from 'vscode';
import type { ToHost } from '../protocol.ts';
import { showAgentDebugLogs } from './commands/agent-debug-logs.ts';
import { undoInvalidation } from './commands/undo.ts';
import type { ExplorerData } from './explorer-data.ts';
import { count } from './present.ts';
import type { Session } from './session.ts';

/** What the page asks for beside what it wants to see. */
export type PanelRequest = Exclude<ToHost, { readonly type: 'ready' | 'view' }>;

/** Does what the page asks for; rejects, in one sentence, when it cannot be done. */
export async function serveRequest(
  message: PanelRequest,
  session: Session,
  data: ExplorerData,
): Promise<void> {
  switch (message.type) {
    case 'invalidateTag':
      await session.invalidate({ tag: message.tag }, `Tag ${message.tag} and all below it`);
      return;
    case 'invalidateKey':
      await session.invalidate({ key: message.key }, `Key ${message.key}`);
      return;
    case 'invalidateKeys': {
      const { keys } = message;
      await session.invalidate({ keys }, keys.length === 1 ? `Key ${keys[0]}` : count(keys.length, 'key'));
      return;
    }
    case 'invalidateFile':
      await session.invalidate({ file: message.file }, `What rests on ${message.file}`);
      return;
    case 'undo':
      await undoInvalidation(session, message.id);
      return;
    case 'applyAdvice':
      await data.applyAdvice(message.id);
      return;
    case 'revertAdvice':
      await data.revertAdvice(message.id);
      return;
    case 'markMatch':
      await data.markMatch(message.id, message.marked);
      return;
    case 'openDebugLogs':
      return showAgentDebugLogs();
    case 'openSetting':
      await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${message.id}`);
      return;
    case 'copy':
      return vscode.env.clipboard.writeText(message.text);
    case 'openFile': {
      const uri = vscode.Uri.joinPath(session.folder.uri, message.file);
      await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
      return;
    }
    case 'muteAlert':
      if (message.muted) session.engine.alerts.mute(message.name);
      else session.engine.alerts.unmute(message.name);
      return;
    case 'warm':
      return session.warm(vscode.ProgressLocation.Window);
    case 'cancelWarm':
      return session.engine.warmer.cancel();
    case 'clearAll':
      await session.invalidate({ all: true }, 'Everything, on every level');
      return;
    case 'error':
      session.log.error(`Page: ${message.message}`);
      return;
    default:
      return message satisfies never;
  }
}
