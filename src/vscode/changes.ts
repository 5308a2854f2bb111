import * as vscode from 'vscode';
import type { Session } from './session.ts';
import { fileIdOf } from './watcher.ts';

/**
 * Tells the cache the text of editors that are not saved, so that answers are about what the person
 * sees. Which documents those are is asked of VS Code again at every change: saving, undoing and
 * reverting all end in an event of the document.
 */
function followUnsaved(session: Session): vscode.Disposable {
  const { folder, engine } = session;
  const follow = (document: vscode.TextDocument) => {
    const path = fileIdOf(folder, document.uri);
    if (path === undefined) return;
    if (document.isDirty && !document.isClosed && session.settings['freshness.unsavedText']) {
      engine.unsaved.set(path, () => document.getText());
    } else engine.unsaved.remove(path);
    engine.workspace.hint(path);
  };
  const followAll = () => vscode.workspace.textDocuments.forEach(follow);
  followAll();
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (document.isDirty) follow(document);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => follow(document)),
    vscode.workspace.onDidSaveTextDocument(follow),
    vscode.workspace.onDidCloseTextDocument((document) => {
      const path = fileIdOf(folder, document.uri);
      if (path === undefined) return;
      engine.unsaved.remove(path);
      engine.workspace.hint(path);
    }),
    session.onSettings(followAll),
  );
}

/** Passes changes of files, of settings and of editors that are not saved on to the cache. */
export function followChanges(session: Session): vscode.Disposable {
  const { watcher, engine } = session;
  watcher.watch((path) => engine.workspace.hint(path));
  return vscode.Disposable.from(
    watcher,
    followUnsaved(session),
    vscode.workspace.onDidChangeConfiguration(() => engine.workspace.hintFact('setting')),
  );
}
