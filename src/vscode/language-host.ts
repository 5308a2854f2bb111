import * as vscode from 'vscode';
import type { Range } from '../analysis/parse/syntax.ts';
import type { FileId } from '../freshness/context.ts';
import type { Diagnostic, LanguageHost, Place } from '../tools/language-host.ts';
import { fileIdOf } from './watcher.ts';

/** A language server that takes longer is gone without, ms. */
const PATIENCE = 2000;

const SEVERITIES: Readonly<Record<vscode.DiagnosticSeverity, Diagnostic['severity']>> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};

/** The language servers of this window, for one folder. */
export class WindowLanguages implements LanguageHost {
  readonly #folder: vscode.WorkspaceFolder;
  readonly #log: Pick<vscode.LogOutputChannel, 'debug'>;

  constructor(folder: vscode.WorkspaceFolder, log: Pick<vscode.LogOutputChannel, 'debug'>) {
    this.#folder = folder;
    this.#log = log;
  }

  definition(path: FileId, line: number, character: number, signal: AbortSignal) {
    return this.#ask('vscode.executeDefinitionProvider', path, line, character, signal);
  }

  references(path: FileId, line: number, character: number, signal: AbortSignal) {
    return this.#ask('vscode.executeReferenceProvider', path, line, character, signal);
  }

  async diagnostics(path: FileId): Promise<readonly Diagnostic[]> {
    return vscode.languages.getDiagnostics().flatMap(([uri, diagnostics]) => {
      const file = fileIdOf(this.#folder, uri);
      if (file === undefined || !(path === '' || file === path || file.startsWith(`${path}/`))) return [];
      return diagnostics.map((diagnostic) => toDiagnostic(file, diagnostic));
    });
  }

  /** An empty answer counts as none: who has no server for the language, or one that still starts, gets it, too. */
  async #ask(
    command: string,
    path: FileId,
    line: number,
    character: number,
    signal: AbortSignal,
  ): Promise<readonly Place[] | undefined> {
    signal.throwIfAborted();
    const uri = vscode.Uri.joinPath(this.#folder.uri, path);
    const asking = async () => {
      await vscode.workspace.openTextDocument(uri); // which starts the extensions for its language
      const at = new vscode.Position(line, character);
      return vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(command, uri, at);
    };
    try {
      const found = await within(asking(), signal);
      return found && found.length > 0 ? found.map((one) => this.#place(one)) : undefined;
    } catch (error) {
      signal.throwIfAborted();
      this.#log.debug(`${command} ${path}: ${(error as Error).message}`);
      return undefined;
    }
  }

  #place(found: vscode.Location | vscode.LocationLink): Place {
    const [uri, range] =
      'targetUri' in found
        ? [found.targetUri, found.targetSelectionRange ?? found.targetRange]
        : [found.uri, found.range];
    return { path: fileIdOf(this.#folder, uri) ?? uri.fsPath, range: toRange(range) };
  }
}

/** Undefined when it takes too long; rejects once `signal` is aborted. */
async function within<T>(asked: Thenable<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), PATIENCE);
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([asked, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function toDiagnostic(
  path: FileId,
  { range, severity, message, source, code }: vscode.Diagnostic,
): Diagnostic {
  const plain = typeof code === 'object' ? code.value : code;
  return {
    path,
    range: toRange(range),
    severity: SEVERITIES[severity],
    message,
    ...(source !== undefined && { source }),
    ...(plain !== undefined && { code: String(plain) }),
  };
}

function toRange({ start, end }: vscode.Range): Range {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}
