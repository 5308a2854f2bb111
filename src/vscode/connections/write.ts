import * as vscode from 'vscode';
import type { Reports } from '../reports.ts';
import { type Bridge, ConnectionError, type Product } from './product.ts';

/**
 * Shows what the product's file would be, beside what it is, and writes it when the person says so and
 * nobody has changed it meanwhile. Throws a ConnectionError when it cannot be merged.
 */
export async function writeConnection(
  folder: vscode.WorkspaceFolder,
  { label, file }: Product & { readonly file: NonNullable<Product['file']> },
  bridge: Bridge,
  reports: Reports,
): Promise<void> {
  const uri = vscode.Uri.joinPath(folder.uri, file.path);
  const before = await read(uri);
  const after = file.merge(before ?? '', bridge);
  if (after === before) {
    void vscode.window.showInformationMessage(
      `Agent Cache: ${file.path} has it already; nothing was changed.`,
    );
    return;
  }
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const left = before === undefined ? reports.write(`nothing yet/${name}`, '') : uri;
  const right = reports.write(`with Agent Cache/${name}`, after);
  await vscode.commands.executeCommand(
    'vscode.diff',
    left,
    right,
    `${file.path}: as it would be for ${label}`,
  );
  const write = before === undefined ? 'Create File' : 'Write File';
  const question = `Agent Cache: write ${file.path} as it is shown? It names paths of this machine.`;
  if ((await vscode.window.showInformationMessage(question, write)) !== write) return;
  if ((await read(uri)) !== before) {
    throw new ConnectionError(`${file.path} has changed meanwhile: nothing was written, try again.`);
  }
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(after));
  await vscode.window.showTextDocument(uri);
}

/** The text of the file, unsaved text in an editor included; undefined when there is none. */
async function read(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open?.isDirty) throw new ConnectionError(`${open.fileName} is not saved: save it first.`);
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
