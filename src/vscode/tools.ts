import * as vscode from 'vscode';
import { TOOLS } from '../tools/catalog.ts';
import { type AnyTool, PREFIX } from '../tools/tool.ts';
import type { Session } from './session.ts';
import { askBefore, startMessage } from './tool-messages.ts';
import { runTool } from './tool-run.ts';

type Open = () => Promise<Session | undefined>;

/** The tools of the catalog as VS Code's language-model tools, but for those that a setting hides. */
export class LanguageModelTools implements vscode.Disposable {
  readonly #session: Open;
  readonly #registered = new Map<string, vscode.Disposable>();

  constructor(session: Open, hidden: readonly string[]) {
    this.#session = session;
    this.hide(hidden);
  }

  /** Registers what is not hidden now, and takes back what is. Names are without the prefix. */
  hide(hidden: readonly string[]): void {
    for (const tool of TOOLS) {
      const { name } = tool;
      if (hidden.includes(name)) {
        this.#registered.get(name)?.dispose();
        this.#registered.delete(name);
      } else if (!this.#registered.has(name)) {
        this.#registered.set(name, this.#register(tool));
      }
    }
  }

  dispose(): void {
    for (const registration of this.#registered.values()) registration.dispose();
    this.#registered.clear();
  }

  #register(tool: AnyTool): vscode.Disposable {
    return vscode.lm.registerTool<object>(PREFIX + tool.name, {
      prepareInvocation: async ({ input }) => {
        const confirmation = await askBefore(tool, input, this.#session);
        return {
          invocationMessage: startMessage(tool, input),
          ...(confirmation && { confirmationMessages: confirmation }),
        };
      },
      invoke: async (options, token) => {
        const session = await this.#session();
        if (!session)
          throw new Error('No folder is open in VS Code, and the cache belongs to one: open it first.');
        const text = await runTool(tool, options, session, token);
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
      },
    });
  }
}
