import * as vscode from 'vscode';
import type { SelectorInput } from '../../freshness/selector.ts';
import { count, size } from '../present.ts';
import type { Session } from '../session.ts';

/** What an input box says about a selector while it is typed: what it would hit, or what is wrong with it. */
export async function validated(
  session: Session,
  selector: SelectorInput | undefined,
): Promise<vscode.InputBoxValidationMessage | string | undefined> {
  if (!selector) return undefined;
  try {
    const hit = await session.engine.workspace.preview(selector);
    const message = `Matches ${count(hit.entries, 'entry')} (${size(hit.bytes)})`;
    return { message, severity: vscode.InputBoxValidationSeverity.Info };
  } catch (error) {
    return (error as Error).message;
  }
}
