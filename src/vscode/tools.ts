import * as vscode from 'vscode';
import * as z from 'zod';
import { TOOLS } from './ids.ts';
import type { Session } from './session.ts';

const input = z.object({ path: z.string() });

/** The analyses as tools for language models; each answer says whether it was cached. */
export function registerTools(session: () => Promise<Session | undefined>): vscode.Disposable {
  const tools = Object.entries(TOOLS).map(([analysis, id]) =>
    vscode.lm.registerTool<z.infer<typeof input>>(id, {
      prepareInvocation: ({ input: { path } }) => ({
        invocationMessage: `Reading the ${analysis} of ${path}`,
      }),
      async invoke(options, token) {
        const open = await session();
        if (!open) throw new Error('No workspace folder is open, so there is nothing to analyse.');
        const abort = new AbortController();
        const listener = token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
        try {
          const { value, hit, level, reason, detail } = await open.engine.runner.run(
            analysis,
            options.input,
            {
              signal: abort.signal,
            },
          );
          const cache = hit ? { hit, level } : { hit, reason, detail };
          return new vscode.LanguageModelToolResult([
            new vscode.LanguageModelTextPart(JSON.stringify({ value, cache })),
          ]);
        } finally {
          listener.dispose();
        }
      },
    }),
  );
  return vscode.Disposable.from(...tools);
}
