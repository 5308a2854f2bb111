import * as z from 'zod';
import { Recording } from './record.ts';
import type { RowReader } from './request.ts';
import { count, epochMs, maybeCount, maybeName, name } from './row-schema.ts';

const MARKS = ['"api_req_started"', '"subagent_usage"', '"deleted_api_reqs"', '"compaction"', '"metrics"'];
const MAIN = 'main';
/** Rows that tell what several requests took together. */
const SUMS = ['subagent_usage', 'deleted_api_reqs'];

const said = z.object({
  ts: epochMs,
  say: z.string(),
  text: z.string(),
  modelInfo: z.object({ modelId: maybeName }).optional().catch(undefined),
});
const started = z.object({
  tokensIn: maybeCount,
  tokensOut: maybeCount,
  cacheReads: maybeCount,
  cacheWrites: maybeCount,
});
const compaction = z.object({ status: z.string() });
const answered = z.object({
  id: maybeName,
  ts: epochMs,
  role: z.literal('assistant'),
  modelInfo: z.object({ id: name }),
  metrics: z
    .object({
      inputTokens: count,
      outputTokens: count,
      cacheReadTokens: maybeCount,
      cacheWriteTokens: maybeCount,
    })
    .refine(({ inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 }) => {
      return cacheReadTokens + cacheWriteTokens <= inputTokens; // input includes both
    }),
});
const message = z.object({ role: z.string(), metrics: z.unknown().optional() });

/**
 * Elements of `tasks/<task>/ui_messages.json`, in which `api_req_started` holds the tokens as JSON in a
 * text, input apart from the cached (`ClineApiReqInfo` in github.com/cline/cline), and of
 * `sessions/<session>/<session>.messages.json`, where input includes them
 * (`sdk/packages/core/docs/messages-contract-v1.md` there). `api_conversation_history.json` repeats them.
 *
 * What sub-agents took, and requests that a person went back behind, is a sum in the former
 * (`ClineSubagentUsageInfo`, and `getApiMetrics`, which adds the same rows up); there may be other models in
 * it than that of the conversation. Beside the latter each sub-agent has a file, `<agent>.messages.json`.
 */
export class ClineReader implements RowReader {
  readonly record = new Recording();
  readonly #session: string;
  readonly #thread: string;

  /**
   * @param session as the name of the folder tells it
   * @param agent whose file it is, for those of sub-agents
   */
  constructor(session: string, agent?: string) {
    this.#session = session;
    this.#thread = agent ?? MAIN;
  }

  wants(bytes: Buffer): boolean {
    return MARKS.some((mark) => bytes.includes(mark));
  }

  skip(): void {
    this.record.skipped++;
  }

  take(element: unknown): boolean {
    const spoken = message.safeParse(element).data;
    if (spoken) return spoken.role !== 'assistant' || spoken.metrics === undefined || this.#answered(element);
    const { data } = said.safeParse(element);
    if (data?.say === 'api_req_started') return this.#started(data);
    if (data && SUMS.includes(data.say)) return this.#sum(data);
    if (data?.say === 'compaction' && compaction.safeParse(json(data.text)).data?.status === 'completed') {
      this.record.changed(this.#thread, 'compaction');
    }
    return data !== undefined;
  }

  #started({ ts: at, text, modelInfo }: z.infer<typeof said>): boolean {
    const { data } = started.safeParse(json(text));
    if (!data) return false;
    const { tokensIn: input, tokensOut: output, cacheReads: read, cacheWrites: write } = data;
    if (input === undefined && output === undefined) return true; // under way, or it failed
    this.#add({ id: `${at}`, at, model: modelInfo?.modelId ?? 'unknown', input, read, write, output });
    return true;
  }

  #sum({ ts: at, say, text }: z.infer<typeof said>): boolean {
    const { data } = started.safeParse(json(text));
    if (!data) return false;
    const { tokensIn: input, tokensOut: output, cacheReads: read = 0, cacheWrites: write = 0 } = data;
    // Without either, newer versions have the cached in the input; their sub-agents have files of their own.
    if (read + write === 0) return true;
    const thread = `${say} ${at}`; // continues no prompt
    this.#add({ id: thread, thread, at, model: 'unknown', input, read, write, output });
    return true;
  }

  #answered(element: unknown): boolean {
    const { data } = answered.safeParse(element);
    if (!data) return false;
    const { id, ts: at, modelInfo, metrics } = data;
    const {
      inputTokens: all,
      cacheReadTokens: read,
      cacheWriteTokens: write,
      outputTokens: output,
    } = metrics;
    const input = read === undefined ? undefined : all - read - (write ?? 0);
    this.#add({ id: id ?? `${at}`, at, model: modelInfo.id, input, read, write, output });
    return true;
  }

  #add({ id, write, thread = this.#thread, ...told }: Told): void {
    const session = this.#session;
    const place = { id: `${session} ${thread} ${id}`, session, thread, side: thread !== MAIN };
    // Cline asks for no other lifetime than the shorter one.
    this.record.add({ ...place, ...told, ...(write !== undefined && { write5m: write, write1h: 0 }) });
  }
}

interface Told {
  readonly id: string;
  readonly thread?: string;
  readonly at: number;
  readonly model: string;
  readonly input: number | undefined;
  readonly read: number | undefined;
  readonly write: number | undefined;
  readonly output: number | undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // fits no schema
  }
}
