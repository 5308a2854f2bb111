import { Slices } from '../../cache/slices.ts';
import type { Usage } from '../usage.ts';
import { eventsOf } from './events.ts';
import { isObject, type JsonObject, type Shape } from './model-request.ts';
import { Reading } from './reading.ts';
import { READERS } from './shape-readers.ts';

/** An answer as it came. */
export interface Answered {
  readonly shape: Shape;
  readonly status: number;
  /** Media type with its parameters. */
  readonly type: string;
  readonly body: Uint8Array;
  /** As the request names it. */
  readonly model: string;
}

export interface Judgement {
  /** Why it must not be given to anybody else, in a sentence; undefined for a complete and successful one. */
  readonly refused: string | undefined;
  readonly usage: Usage | undefined;
}

/** Whether an answer is whole, and what it took. An unknown form is not whole. */
export async function judge({ shape, status, type, body, model }: Answered): Promise<Judgement> {
  if (status !== 200) return { refused: `The provider answered ${status}.`, usage: undefined };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { refused: 'The answer is no text.', usage: undefined };
  }
  const read = READERS[shape];
  const reading = new Reading(shape === 'messages' ? 'anthropic' : 'openai', model);
  if (/^text\/event-stream\b/i.test(type)) {
    const slices = new Slices();
    for (const { name, data } of eventsOf(text)) {
      if (slices.due) await slices.pause();
      if (data === '[DONE]') reading.done = true;
      else read(reading, usable(reading, parsed(data)), name);
    }
    if (!/(?:\n\n|\r\n\r\n|\r\r)$/.test(text)) reading.refused ??= 'The stream ends within an event.';
  } else {
    read(reading, usable(reading, parsed(text)), undefined);
  }
  return { refused: reading.refused ?? reading.open, usage: reading.usage };
}

/** What a reader is given: nothing of what is no object, or tells of an error. */
function usable(reading: Reading, data: JsonObject | undefined): JsonObject {
  if (!data) reading.refuse('The answer has a part that is no JSON object.');
  else if ((data.error !== undefined && data.error !== null) || data.type === 'error')
    reading.refuse('The answer tells of an error.');
  return data ?? {};
}

/** Undefined for what is no object, which no reader understands. */
function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
