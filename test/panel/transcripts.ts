/** Transcripts of four agents as they keep them in a home folder, of the hours before now. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const MINUTE = 60_000;

/** What the provider counted of one request. */
interface Request {
  readonly at: number;
  readonly input: number;
  readonly read: number;
  readonly written: number;
  readonly output: number;
}

interface Conversation {
  readonly endedAt: number;
  readonly requests: number;
  /** Tokens at its begin; each request adds some. */
  readonly tokens: number;
  /** Requests before which there was a pause longer than the provider keeps anything. */
  readonly pauses?: readonly number[];
}

/** Each request reads what the one before had sent, and writes what is new. */
function* requestsOf({ endedAt, requests, tokens, pauses = [] }: Conversation): Generator<Request> {
  let at = endedAt - (requests + 70 * pauses.length) * MINUTE;
  let sent = 0;
  for (let nth = 0; nth < requests; nth++) {
    at += pauses.includes(nth) ? 71 * MINUTE : MINUTE;
    const read = nth === 0 || pauses.includes(nth) ? 0 : sent;
    sent = tokens + nth * 900 + ((nth * 577) % 400);
    yield { at, input: 12 + (nth % 7), read, written: sent - read, output: 180 + ((nth * 97) % 600) };
  }
}

/** Where each agent is told to look, in the environment of the extension host. */
export function homeOf(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    CODEX_HOME: join(home, '.codex'),
    CLINE_DIR: join(home, '.cline'),
  };
}

export async function writeTranscripts(home: string, now: number): Promise<void> {
  const files = [
    claude('4f1c0a5e', 'Let the panel tell what was saved', 'claude-sonnet-4-5-20250929', false, {
      ...{ endedAt: now - 4 * MINUTE, requests: 64, tokens: 38_000 },
    }),
    claude('9b22d7c1', 'Find why the build fails on Windows', 'claude-opus-4-5-20251101', true, {
      ...{ endedAt: now - 55 * MINUTE, requests: 41, tokens: 52_000, pauses: [17] },
    }),
    claude('c07d31aa', 'Review the proxy for leaks of credentials', 'claude-haiku-4-5-20251001', false, {
      ...{ endedAt: now - 190 * MINUTE, requests: 23, tokens: 21_000, pauses: [8, 15] },
    }),
    codex('019a6f3c', { endedAt: now - 22 * MINUTE, requests: 37, tokens: 29_000 }),
    codex('019a51e8', { endedAt: now - 300 * MINUTE, requests: 18, tokens: 17_000, pauses: [9] }),
    copilot('7d3e5b90', { endedAt: now - 80 * MINUTE, requests: 15, tokens: 24_000 }),
    cline('1795300000000', { endedAt: now - 130 * MINUTE, requests: 29, tokens: 19_000 }),
  ];
  for (const [path, text] of files) {
    const file = join(home, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

type File = readonly [path: string, text: string];

const lines = (rows: readonly unknown[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
const iso = (at: number) => new Date(at).toISOString();

/** @param anHour whether what it writes is to be kept for an hour, not for five minutes */
function claude(
  session: string,
  title: string,
  model: string,
  anHour: boolean,
  conversation: Conversation,
): File {
  const of = { sessionId: session, version: '2.1.0', cwd: '/work/app', isSidechain: false };
  const rows = [...requestsOf(conversation)].map(({ at, input, read, written, output }, nth) => ({
    ...{ ...of, type: 'assistant', timestamp: iso(at), requestId: `req_${session}_${nth}` },
    message: {
      ...{ id: `msg_${session}_${nth}`, type: 'message', role: 'assistant', model, content: [] },
      usage: {
        ...{ input_tokens: input, output_tokens: output },
        ...{ cache_read_input_tokens: read, cache_creation_input_tokens: written },
        cache_creation: {
          ephemeral_5m_input_tokens: anHour ? 0 : written,
          ephemeral_1h_input_tokens: anHour ? written : 0,
        },
      },
    },
  }));
  const titled = { type: 'ai-title', aiTitle: title, sessionId: session };
  return [`.claude/projects/-work-app/${session}.jsonl`, lines([...rows, titled])];
}

/** Its totals run on, and its input has in it what was read. */
function codex(session: string, conversation: Conversation): File {
  const total = { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0 };
  const requests = [...requestsOf(conversation)];
  const timestamp = iso(requests[0]?.at ?? 0);
  const rows = requests.map(({ at, input, read, written, output }) => {
    total.input_tokens += input + read + written;
    total.cached_input_tokens += read;
    total.output_tokens += output;
    const info = { total_token_usage: { ...total } };
    return { timestamp: iso(at), type: 'event_msg', payload: { type: 'token_count', info } };
  });
  const meta = { timestamp, type: 'session_meta', payload: { id: session, source: 'cli' } };
  const turn = {
    timestamp,
    type: 'turn_context',
    payload: { cwd: '/work/app', approval_policy: 'on-request', model: 'gpt-5-codex' },
  };
  return [`.codex/sessions/2026/01/01/rollout-${session}.jsonl`, lines([meta, turn, ...rows])];
}

/** It does not tell what was written. */
function copilot(session: string, conversation: Conversation): File {
  const model = 'claude-sonnet-4.5';
  const rows = [...requestsOf(conversation)].map(({ at, input, read, written, output }, nth) => ({
    ...{ ts: at, sid: session, type: 'llm_request', spanId: `sp${nth}`, status: 'ok' },
    attrs: {
      ...{ model, debugName: 'panel/editAgent' },
      ...{ inputTokens: input + read + written, outputTokens: output },
      ...(read > 0 && { cachedTokens: read }),
    },
  }));
  const folder = '.config/Code/User/workspaceStorage/0123abcd/GitHub.copilot-chat/debug-logs';
  return [`${folder}/${session}/main.jsonl`, lines(rows)];
}

function cline(task: string, conversation: Conversation): File {
  const modelInfo = { providerId: 'anthropic', modelId: 'claude-sonnet-4-5', mode: 'act' };
  const said = [...requestsOf(conversation)].map(({ at, input, read, written, output }) => {
    const told = { tokensIn: input, tokensOut: output, cacheWrites: written, cacheReads: read };
    return { ts: at, type: 'say', say: 'api_req_started', text: JSON.stringify(told), modelInfo };
  });
  return [`.cline/data/tasks/${task}/ui_messages.json`, JSON.stringify(said)];
}
