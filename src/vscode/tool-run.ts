import * as vscode from 'vscode';
import { misfit } from '../cache/misfit.ts';
import { type AnyTool, PREFIX } from '../tools/tool.ts';
import type { Session } from './session.ts';

/** What of the invocation counts here. */
type Invocation = Pick<vscode.LanguageModelToolInvocationOptions<object>, 'input' | 'tokenizationOptions'>;

/**
 * The answer as compact JSON. Rejects with a sentence that the model can act on: what of its input
 * was wrong, or why there is no answer; with a CancellationError once `token` is cancelled.
 */
export async function runTool(
  tool: AnyTool,
  { input, tokenizationOptions }: Invocation,
  session: Pick<Session, 'engine' | 'languages' | 'log'>,
  token: vscode.CancellationToken,
): Promise<string> {
  const parsed = tool.input.safeParse(input);
  if (!parsed.success) {
    throw new Error(`${PREFIX}${tool.name} was called with what does not fit. ${misfit(parsed.error)}`);
  }
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
  try {
    const { engine, languages } = session;
    const given = withinBudget(parsed.data, input, tokenizationOptions?.tokenBudget);
    return JSON.stringify(await tool.run(given, { engine, languages, signal: abort.signal }));
  } catch (error) {
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    session.log.warn(`${PREFIX}${tool.name}: ${(error as Error).message}`);
    throw error;
  } finally {
    listener.dispose();
  }
}

/** A tool whose answers can be cut keeps to what the model has room for, unless the model asked for a size. */
function withinBudget<I extends object>(parsed: I, input: object, budget: number | undefined): I {
  if (budget === undefined || !('maxTokens' in parsed) || 'maxTokens' in input) return parsed;
  const most = Math.max(LEAST_TOKENS, Math.min(Number(parsed.maxTokens), Math.floor(budget)));
  return { ...parsed, maxTokens: most };
}

/** As in `src/tools/fields.ts`. */
const LEAST_TOKENS = 100;
