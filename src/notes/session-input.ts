import * as z from 'zod';
import { type Limits, LONGEST_ID } from './limits.ts';
import { fitting, name } from './names.ts';
import { atMost } from './note-input.ts';
import { NotesError } from './notes-error.ts';
import { isObject, jsonBytes } from './plain-json.ts';

export type State = Readonly<Record<string, unknown>>;

/** One message of a session's history. */
export interface Message {
  /** Who says it: `user`, `assistant`, `tool`. */
  readonly role: string;
  /** Any JSON. */
  readonly content: unknown;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface OpenInput {
  /** Made up when absent. */
  readonly id?: string | undefined;
  /** Whose session it is; kept from its creation on. */
  readonly agent?: string | undefined;
  /** Merged into the state, see `mergePatch`. */
  readonly state?: State | undefined;
  /** Messages that are kept, 1,000 at the most; set anew on a session that is there. */
  readonly historyLimit?: number | undefined;
  /** Secrets in the state are taken out of it; otherwise a state with a secret is refused. */
  readonly redact?: boolean | undefined;
}

export type MessageInput = Omit<Message, 'at'> & { readonly at?: number | undefined };

/** The new state as a whole, or what of it changes. */
export type StateChange = { readonly replace: State } | { readonly patch: State };

export const sessionId = name('The id', LONGEST_ID);

/** The last moment that a date can be, ms since the epoch. */
const LAST_MOMENT = 8_640_000_000_000_000;

export const messageFields = {
  role: name('The role'),
  content: z.unknown(),
  at: z.int().min(0).max(LAST_MOMENT).optional(),
};

/** A record of zod's would drop a member "__proto__". */
export const stateSchema = z
  .custom<State>(isObject, { error: 'The state is an object.' })
  .meta({ type: 'object' });

/** Throws a {@link NotesError} that names what was wrong, or the bound. */
export function opening(input: OpenInput, limits: Limits): OpenInput {
  const schema = z.strictObject({
    id: sessionId.optional(),
    agent: name('The agent').optional(),
    state: stateSchema.optional(),
    historyLimit: z
      .int({ error: 'The history limit is a whole number.' })
      .min(1, { error: 'The history limit is 1 at the least.' })
      .max(limits.history, { error: `The history limit is ${limits.history} at the most.` })
      .optional(),
    redact: z.boolean().optional(),
  });
  const opened = fitting(schema, input);
  if (opened.state) checkState(opened.state, limits);
  return opened;
}

const messagesSchema = z.array(z.strictObject(messageFields), { error: 'The messages are a list.' });

/** Throws a {@link NotesError}; `now` is the time of messages without one. */
export function messagesOf(inputs: readonly MessageInput[], now: number, limits: Limits): readonly Message[] {
  const messages = fitting(messagesSchema, inputs).map(({ role, content, at = now }) => ({
    role,
    content,
    at,
  }));
  if (messages.length === 0) throw new NotesError('invalid', 'Give at least one message.');
  atMost(messages.length, limits.history, 'messages to append at once', 'append fewer at a time');
  for (const { content } of messages) checkContent(content, limits);
  return messages;
}

export function checkContent(content: unknown, { messageBytes }: Limits): void {
  const bytes = jsonBytes(content, 'The content of a message');
  atMost(bytes, messageBytes, 'bytes for the content of a message', 'make it shorter');
}

export function checkState(state: unknown, { stateBytes }: Limits): void {
  if (!isObject(state)) throw new NotesError('invalid', 'The state is an object.');
  atMost(jsonBytes(state, 'The state'), stateBytes, 'bytes for a state', 'keep less in it');
}
