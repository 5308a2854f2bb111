import * as z from 'zod';
import { Recording, Settings } from './record.ts';
import { NAMELESS, type RowReader } from './request.ts';
import { count, maybeCount, maybeName, name, time, title } from './row-schema.ts';

/** Rows that hold none of these tell nothing of requests. */
const MARKS = ['"usage"', '"compact_boundary"', '"permissionMode"', '"custom-title"', '"ai-title"'];
const MAIN = 'main';
/** What Claude Code writes itself, in place of an answer. */
const SYNTHETIC = '<synthetic>';

const usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: maybeCount,
  cache_creation_input_tokens: maybeCount,
  cache_creation: z
    .object({ ephemeral_5m_input_tokens: maybeCount, ephemeral_1h_input_tokens: maybeCount })
    .nullish(),
});
const answer = z.object({
  timestamp: time,
  requestId: maybeName,
  message: z.object({ id: maybeName, model: name, usage }),
});
const envelope = z.object({
  sessionId: name,
  agentId: maybeName,
  isSidechain: z.boolean().nullish(),
  version: maybeName,
  cwd: z.string().max(4096).optional().catch(undefined),
});
/** How a sub-agent's answer is told in the file of who asked it. */
const progress = z.object({
  type: z.literal('progress'),
  sessionId: name,
  data: z.object({ type: z.literal('agent_progress'), agentId: maybeName, message: answer }),
});
const sketch = z.object({
  type: z.string().optional(),
  subtype: z.string().optional(),
  permissionMode: z.string().optional(),
  message: z.object({ usage: z.unknown() }).optional().catch(undefined),
});
const titled = z.object({ sessionId: name, customTitle: title.optional(), aiTitle: title.optional() });

/**
 * Rows of `~/.claude/projects/<project>/<session>.jsonl` and of the files of its sub-agents below
 * `<session>/subagents/`.
 *
 * An answer has several rows, one for each part of its content, all with its tokens (ccusage's adapter,
 * github.com/ryoppippi/ccusage; anthropics/claude-code issue 44597 and 22625). A question beside the
 * conversation copies answers under the same `message.id` and another `requestId` (ccusage issue 913).
 */
export class ClaudeCodeReader implements RowReader {
  readonly record = new Recording();
  readonly #settings = new Settings();
  /** Sessions with a title that a person chose. */
  readonly #named = new Set<string>();

  wants(row: Buffer): boolean {
    return MARKS.some((mark) => row.includes(mark));
  }

  skip(): void {
    this.record.skipped++;
  }

  take(row: unknown): boolean {
    const { data: seen } = sketch.safeParse(row);
    if (!seen) return false;
    if (seen.type === 'assistant' || (seen.type === undefined && seen.message)) return this.#answer(row);
    if (seen.type === 'progress') {
      const { data } = progress.safeParse(row);
      if (data) this.#add(data.data.message, { sessionId: data.sessionId, agentId: data.data.agentId }, true);
      return true;
    }
    if (seen.type === 'custom-title' || seen.type === 'ai-title') {
      this.#title(row);
      return true;
    }
    const { data: where } = envelope.safeParse(row);
    if (!where) return true;
    const thread = threadOf(where, where.isSidechain === true);
    if (seen.subtype === 'compact_boundary') this.record.changed(thread, 'compaction');
    if (seen.permissionMode !== undefined) this.#update(thread, { permissions: seen.permissionMode });
    return true;
  }

  #answer(row: unknown): boolean {
    const told = answer.safeParse(row);
    const where = envelope.safeParse(row);
    if (!told.success || !where.success) return false;
    this.#add(told.data, where.data, where.data.isSidechain === true);
    return true;
  }

  #add(
    { timestamp: at, requestId, message }: z.infer<typeof answer>,
    where: Omit<z.infer<typeof envelope>, 'isSidechain' | 'version' | 'cwd'> & {
      readonly version?: string | undefined;
      readonly cwd?: string | undefined;
    },
    side: boolean,
  ): void {
    const { id, model } = message;
    if (model === SYNTHETIC) return;
    const thread = threadOf(where, side);
    this.#update(thread, { version: where.version, folder: where.cwd });
    const { input_tokens: input, output_tokens: output, cache_read_input_tokens: read } = message.usage;
    this.record.add({
      id: id === undefined ? requestId : `${id} ${requestId ?? ''}`,
      message: id,
      session: where.sessionId,
      ...{ thread, model, at, side, input, output, read },
      ...writes(message.usage),
    });
  }

  #update(thread: string, values: Parameters<Settings['update']>[1]): void {
    for (const change of this.#settings.update(thread, values)) this.record.changed(thread, change);
  }

  /** The last one counts, but what a person chose stays, whatever the agent would call it later. */
  #title(row: unknown): void {
    const { sessionId, customTitle, aiTitle } = titled.safeParse(row).data ?? {};
    const text = customTitle ?? aiTitle;
    if (!sessionId || !text || (!customTitle && this.#named.has(sessionId))) return;
    this.record.titles.set(sessionId, text);
    if (customTitle) this.#named.add(sessionId);
  }
}

function threadOf({ agentId }: { readonly agentId?: string | undefined }, side: boolean): string {
  return agentId ?? (side ? NAMELESS : MAIN);
}

/** Versions that do not tell for how long they wrote had but one choice, five minutes. */
function writes({ cache_creation: split, cache_creation_input_tokens: all }: z.infer<typeof usage>) {
  const { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long } = split ?? {};
  if (short !== undefined || long !== undefined) return { write5m: short ?? 0, write1h: long ?? 0 };
  return all === undefined ? {} : { write5m: all, write1h: 0 };
}
