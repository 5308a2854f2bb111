import { randomUUID } from 'node:crypto';
import type { Limits } from './limits.ts';
import { mergePatch } from './merge-patch.ts';
import type { Extent, Page } from './message-log.ts';
import { fitting } from './names.ts';
import { NotesError } from './notes-error.ts';
import type { Secrets } from './secrets.ts';
import type { Head, SessionFiles } from './session-files.ts';
import {
  checkContent,
  checkState,
  type MessageInput,
  messagesOf,
  type OpenInput,
  opening,
  type State,
  type StateChange,
  sessionId,
} from './session-input.ts';
import { Turns } from './turns.ts';

/** Messages of one page unless asked for. */
const PAGE = 100;
/** Lines of a list at the most. */
const MOST_LISTED = 1000;

/** What a session is, without its messages; times in ms since the epoch. */
export interface SessionInfo {
  readonly id: string;
  readonly agent?: string;
  /** Messages that are kept. */
  readonly total: number;
  readonly historyLimit: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface OpenSession extends SessionInfo {
  readonly state: State;
  /** Whether it was made just now. */
  readonly created: boolean;
  readonly redacted?: readonly string[];
}

export interface Session extends SessionInfo, Page {
  readonly state: State;
}

export interface Appended {
  readonly id: string;
  readonly total: number;
  /** Kinds of the secrets that were taken out. */
  readonly redacted?: readonly string[];
}

export interface SessionsOptions {
  readonly files: SessionFiles;
  readonly secrets: Secrets;
  /** Asked each time. */
  readonly limits: () => Limits;
  readonly now: () => number;
}

/**
 * Conversations of agents: a state and a history each, which outlast the process and can be gone on
 * with by id, by several processes at once. What a method has resolved for is on the disk. All
 * methods reject with a {@link NotesError}.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #turns = new Turns();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Makes a session, or resumes the one of that id. */
  async open(input: OpenInput = {}): Promise<OpenSession> {
    const { files, secrets, now } = this.#options;
    const limits = this.#options.limits();
    const { id = randomUUID(), agent, state, historyLimit, redact = false } = opening(input, limits);
    await secrets.checkNames(agent === undefined ? [id] : [id, agent], 'The id or the agent');
    const { value: given, redacted } = await secrets.check(state ?? {}, 'The state', redact);
    checkState(given, limits);
    const told = redacted.length > 0 && { redacted };
    return this.#turns.take(id, async () => {
      const createdAt = now();
      const limit = historyLimit ?? limits.history;
      const head: Head = { id, createdAt, historyLimit: limit, ...(agent !== undefined && { agent }) };
      const initial = mergePatch({}, given); // a null names what is not to be there
      if (!(await files.head(id)) && (await files.create(head, initial))) {
        return { ...info(head, NONE, createdAt), state: initial, created: true, ...told };
      }
      const was = await files.head(id);
      if (!was) {
        throw new NotesError(
          'unread',
          `What is stored in the place of session "${id}" is none: use another id.`,
        );
      }
      await files.sweep(id);
      const resumed = historyLimit === undefined ? was : { ...was, historyLimit };
      if (resumed.historyLimit !== was.historyLimit) await files.writeHead(resumed);
      if (state) await this.#change(id, (before) => mergePatch(before, given));
      const [kept, extent] = await Promise.all([files.state(id), files.log(id).extent(resumed.historyLimit)]);
      return { ...info(resumed, extent, kept.updatedAt), state: kept.state, created: false, ...told };
    });
  }

  /** Adds messages, all or none of them; the oldest beyond the session's history limit go. */
  async append(
    id: string,
    inputs: readonly MessageInput[],
    { redact = false }: { readonly redact?: boolean } = {},
  ): Promise<Appended> {
    const { files, secrets, now } = this.#options;
    const limits = this.#options.limits();
    const messages = messagesOf(inputs, now(), limits);
    return this.#turns.take(fitting(sessionId, id), async () => {
      const { historyLimit } = await this.#head(id);
      const { value: kept, redacted } = await secrets.check(messages, 'A message', redact);
      for (const { content } of kept) checkContent(content, limits);
      const { total } = await this.#stillThere(id, files.log(id).append(kept, historyLimit, now()));
      return { id, total, ...(redacted.length > 0 && { redacted }) };
    });
  }

  /** Replaces the state, or merges a patch into it. Resolves to the state now. */
  async state(
    id: string,
    change: StateChange,
    { redact = false }: { readonly redact?: boolean } = {},
  ): Promise<State> {
    const { secrets } = this.#options;
    const limits = this.#options.limits();
    const given = 'replace' in change ? change.replace : change.patch;
    checkState(given, limits);
    return this.#turns.take(fitting(sessionId, id), async () => {
      await this.#head(id);
      const { value } = await secrets.check(given, 'The state', redact);
      return this.#change(id, (before) => ('replace' in change ? value : mergePatch(before, value)));
    });
  }

  /** A session with the last of its messages, or those before a cursor. */
  async read(
    id: string,
    { last, before }: { readonly last?: number | undefined; readonly before?: string | undefined } = {},
  ): Promise<Session> {
    const { files } = this.#options;
    const limits = this.#options.limits();
    const most = last ?? Math.min(PAGE, limits.history);
    if (!Number.isInteger(most) || most < 0 || most > limits.history) {
      throw new NotesError('invalid', `"last" is a whole number up to ${limits.history}.`);
    }
    const head = await this.#head(fitting(sessionId, id));
    const log = files.log(id);
    const [kept, extent, page] = await Promise.all([
      files.state(id),
      log.extent(head.historyLimit),
      most === 0 ? { messages: [] } : log.page(most, before, head.historyLimit),
    ]);
    return { ...info(head, extent, kept.updatedAt), state: kept.state, ...page };
  }

  /** The one used last first; `total` is how many there are of the agent. */
  async list({
    agent,
    limit = PAGE,
  }: {
    readonly agent?: string | undefined;
    readonly limit?: number | undefined;
  } = {}): Promise<{ readonly sessions: readonly SessionInfo[]; readonly total: number }> {
    const { files } = this.#options;
    const heads = (await files.heads()).filter((head) => agent === undefined || head.agent === agent);
    const infos: SessionInfo[] = [];
    for (const head of heads) {
      const extent = await files.log(head.id).extent(head.historyLimit);
      infos.push(info(head, extent, await files.stateTime(head.id)));
    }
    infos.sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
    return { sessions: infos.slice(0, Math.min(limit, MOST_LISTED)), total: infos.length };
  }

  /** Takes a session away for good. False when there is none. */
  async remove(id: string): Promise<boolean> {
    return this.#turns.take(fitting(sessionId, id), () => this.#options.files.remove(id));
  }

  /** Settles when nothing is being written. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  async #change(id: string, change: (state: State) => State): Promise<State> {
    const { files, now } = this.#options;
    const limits = this.#options.limits();
    const checked = (before: State) => {
      const after = change(before);
      checkState(after, limits);
      return after;
    };
    return (await this.#stillThere(id, files.changeState(id, now(), checked))).state;
  }

  /** What fails because another process removed the session says so. */
  async #stillThere<T>(id: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      await this.#head(id);
      throw error;
    }
  }

  async #head(id: string): Promise<Head> {
    const head = await this.#options.files.head(id);
    if (head) return head;
    throw new NotesError('unknown', `There is no session "${id}": open it first.`);
  }
}

const NONE: Extent = { total: 0, lastAt: 0 };

function info(head: Head, { total, lastAt }: Extent, stateAt: number): SessionInfo {
  const { id, agent, createdAt, historyLimit } = head;
  const updatedAt = Math.max(createdAt, stateAt, lastAt);
  return { id, ...(agent !== undefined && { agent }), total, historyLimit, createdAt, updatedAt };
}
