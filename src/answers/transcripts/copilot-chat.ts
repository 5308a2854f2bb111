import * as z from 'zod';
import { Recording } from './record.ts';
import type { RowReader } from './request.ts';
import { epochMs, maybeCount, maybeName, name } from './row-schema.ts';

const MARK = '"llm_request"';

const row = z.object({
  type: z.string(),
  ts: epochMs,
  sid: maybeName,
  spanId: maybeName,
  attrs: z
    .object({
      model: maybeName,
      debugName: maybeName,
      inputTokens: maybeCount,
      outputTokens: maybeCount,
      cachedTokens: maybeCount,
    })
    .refine(({ inputTokens = 0, cachedTokens = 0 }) => cachedTokens <= inputTokens),
});
const other = z.object({ type: name });

/**
 * Rows of `workspaceStorage/<hash>/GitHub.copilot-chat/debug-logs/<session>/*.jsonl` in VS Code's user
 * folder: written while `github.copilot.chat.agentDebugLog.fileLogging.enabled` is on. Chat sessions
 * themselves tell nothing of the cache.
 *
 * `inputTokens` includes `cachedTokens`, which are those read; what was written is not told (microsoft/vscode
 * issue 329657 and pull request 311188; docs/logFilesSchema of github.com/rajbos/ai-engineering-fluency).
 * A request that read nothing has no `cachedTokens`, and neither has any of an older version.
 */
export class CopilotChatReader implements RowReader {
  readonly record = new Recording();
  readonly #session: string;

  /** @param session as the name of the folder tells it */
  constructor(session: string) {
    this.#session = session;
  }

  wants(bytes: Buffer): boolean {
    return bytes.includes(MARK);
  }

  skip(): void {
    this.record.skipped++;
  }

  take(json: unknown): boolean {
    if (other.safeParse(json).data?.type !== 'llm_request') return other.safeParse(json).success;
    const { data } = row.safeParse(json);
    if (!data) return false;
    const { ts: at, sid, spanId } = data;
    const { model = 'unknown', debugName = '', inputTokens: prompt, outputTokens: output } = data.attrs;
    const { cachedTokens: read } = data.attrs;
    if (prompt === undefined && output === undefined) return true; // it failed
    if (read !== undefined) this.record.tellsReads = true;
    const side = sid !== undefined && sid !== this.#session;
    this.record.add({
      id: spanId && `${sid} ${spanId}`,
      session: this.#session,
      thread: `${side ? sid : ''} ${debugName}`, // tool summaries and titles have prompts of their own
      ...{ model, at, side, output },
      ...(read === undefined || prompt === undefined ? { prompt } : { input: prompt - read, read }),
    });
    return true;
  }
}
