import * as z from 'zod';
import { Recording, Settings } from './record.ts';
import type { ModelRequest, RowReader } from './request.ts';
import { count, maybeCount, maybeName, name, time } from './row-schema.ts';

const MARKS = [
  '"session_meta"',
  '"turn_context"',
  '"token_count"',
  '"token_usage_record"',
  '"thread_settings_applied"',
  '"compacted"',
  '"context_compacted"',
];
const MAIN = 'main';

const usage = z
  .object({
    input_tokens: count,
    cached_input_tokens: maybeCount,
    cache_write_input_tokens: maybeCount,
    output_tokens: count,
  })
  .refine(({ input_tokens: all, cached_input_tokens: read = 0, cache_write_input_tokens: write = 0 }) => {
    return read + write <= all; // input includes both
  });
type Usage = z.infer<typeof usage>;

const spawned = z.object({
  subagent: z.object({ thread_spawn: z.object({ parent_thread_id: name }) }),
});
const meta = z.object({
  id: name,
  session_id: maybeName,
  forked_from_id: maybeName,
  parent_thread_id: maybeName,
  thread_source: maybeName,
  source: z.unknown().optional(),
});
const tokenCount = z.object({
  type: z.literal('token_count'),
  info: z.object({ total_token_usage: usage.nullish(), last_token_usage: usage.nullish() }).nullish(),
});
const record = z.object({ response_id: name, usage });
const turn = z.object({
  model: maybeName,
  cwd: z.string().optional(),
  approval_policy: z.unknown().optional(),
});
const applied = z.object({ thread_settings: z.object({ model: maybeName }) });
const row = z.object({ timestamp: z.unknown(), type: z.string(), payload: z.unknown() });
const kind = z.object({ type: z.string() });

/**
 * Rows of `~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl`, and the same below `archived_sessions`.
 *
 * `token_count` tells running totals, again and again, and its input includes what was read from the
 * cache; newer versions write a `token_usage_record` for each answer beside it. The file of a fork or
 * a sub-agent begins with a copy of its parent's rows, under new times (ccusage issues 897, 950 and
 * 1349; `codex-rs/protocol/src/protocol.rs` of github.com/openai/codex).
 */
export class CodexReader implements RowReader {
  readonly record = new Recording();
  readonly #settings = new Settings();
  #session: string;
  #side = false;
  #model = 'unknown';
  #total: Usage | undefined;
  #records = false;

  /** @param session as the name of the file tells it */
  constructor(session: string) {
    this.#session = session;
  }

  wants(bytes: Buffer): boolean {
    return MARKS.some((mark) => bytes.includes(mark));
  }

  skip(): void {
    this.record.skipped++;
  }

  take(json: unknown): boolean {
    const { data } = row.safeParse(json);
    if (!data) return false;
    const { type, payload, timestamp } = data;
    if (type === 'session_meta') return this.#meta(payload);
    if (type === 'turn_context') return this.#turn(payload);
    if (type === 'compacted') return this.#compacted();
    if (type === 'token_usage_record') return this.#told(timestamp, payload);
    if (type !== 'event_msg') return true;
    const event = kind.safeParse(payload).data?.type;
    if (event === 'token_count') return this.#count(timestamp, payload);
    if (event === 'context_compacted') return this.#compacted();
    if (event === 'thread_settings_applied') {
      this.#model = applied.safeParse(payload).data?.thread_settings.model ?? this.#model;
    }
    return true;
  }

  /** Of several the first is of this file, the others are copied. */
  #meta(payload: unknown): boolean {
    if (this.record.family) return true;
    const { data } = meta.safeParse(payload);
    if (!data) return false;
    const { id, session_id: session, forked_from_id: forked, parent_thread_id: parent } = data;
    const spawner = spawned.safeParse(data.source).data?.subagent.thread_spawn.parent_thread_id;
    this.#side = spawner !== undefined || data.thread_source === 'subagent';
    this.#session = session ?? (this.#side ? (spawner ?? parent ?? id) : id);
    this.record.family = { own: id, parent: forked ?? parent ?? spawner };
    return true;
  }

  #turn(payload: unknown): boolean {
    const { data } = turn.safeParse(payload);
    if (!data) return false;
    this.#model = data.model ?? this.#model;
    const values = { folder: data.cwd, permissions: JSON.stringify(data.approval_policy) };
    for (const change of this.#settings.update(MAIN, values)) this.record.changed(this.#thread, change);
    return true;
  }

  #compacted(): boolean {
    this.record.changed(this.#thread, 'compaction');
    return true;
  }

  /** The tokens since the totals before; smaller totals began anew. */
  #count(timestamp: unknown, payload: unknown): boolean {
    const { data } = tokenCount.safeParse(payload);
    const at = time.safeParse(timestamp).data;
    if (!data || at === undefined) return false;
    const { total_token_usage: total, last_token_usage: last } = data.info ?? {};
    if (!total) return true; // news of rate limits alone
    const before = this.#total;
    this.#total = total;
    if (this.#records || (before && sameUsage(before, total))) return true;
    const used = (before && since(before, total)) ?? last ?? total;
    this.#add(Object.values(total).join(' '), at, used);
    return true;
  }

  #told(timestamp: unknown, payload: unknown): boolean {
    const { data } = record.safeParse(payload);
    const at = time.safeParse(timestamp).data;
    if (!data || at === undefined) return false;
    if (!this.#records) {
      this.#records = true;
      // The totals of this same answer may stand before it.
      const { last } = this.record;
      if (last && sameRequest(last, partsOf(data.usage))) this.record.dropLast();
    }
    this.#add(data.response_id, at, data.usage);
    return true;
  }

  #add(id: string, at: number, used: Usage): void {
    if (used.input_tokens + used.output_tokens === 0) return;
    const place = { session: this.#session, thread: this.#thread, side: this.#side };
    this.record.add({ id, ...place, model: this.#model, at, ...partsOf(used) });
  }

  get #thread(): string {
    return this.#side ? (this.record.family?.own ?? MAIN) : MAIN;
  }
}

type Parts = Pick<ModelRequest, 'input' | 'read' | 'write5m' | 'write1h' | 'output' | 'prompt'>;

function partsOf(used: Usage): Parts {
  const {
    input_tokens: all,
    cached_input_tokens: read,
    cache_write_input_tokens: write,
    output_tokens,
  } = used;
  const written = write === undefined ? {} : { write5m: write, write1h: 0 };
  if (read === undefined) return { prompt: all, output: output_tokens };
  return { input: all - read - (write ?? 0), read, ...written, output: output_tokens };
}

function sameRequest(request: ModelRequest, parts: Parts): boolean {
  const { input, read, output } = request;
  return input === parts.input && read === parts.read && output === parts.output;
}

function sameUsage(a: Usage, b: Usage): boolean {
  return (
    a.input_tokens === b.input_tokens &&
    a.output_tokens === b.output_tokens &&
    a.cached_input_tokens === b.cached_input_tokens
  );
}

/** Undefined when a total is smaller than before. */
function since(before: Usage, now: Usage): Usage | undefined {
  const less = (a: number | undefined, b: number | undefined) => (a === undefined ? undefined : a - (b ?? 0));
  const used = {
    input_tokens: now.input_tokens - before.input_tokens,
    output_tokens: now.output_tokens - before.output_tokens,
    cached_input_tokens: less(now.cached_input_tokens, before.cached_input_tokens),
    cache_write_input_tokens: less(now.cache_write_input_tokens, before.cache_write_input_tokens),
  };
  return usage.safeParse(used).data;
}
