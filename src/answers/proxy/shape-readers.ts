import { isObject, type JsonObject, objectsIn, type Shape } from './model-request.ts';
import type { Reading } from './reading.ts';
import { anthropicCounts, openaiCounts } from './usage-fields.ts';

/** `event` is the name of a server-sent event; undefined for an answer in one piece. */
type Reader = (reading: Reading, data: JsonObject, event: string | undefined) => void;

export const READERS: Readonly<Record<Shape, Reader>> = {
  chat(reading, data, event) {
    reading.named(data.model);
    if (isObject(data.usage)) reading.counts = openaiCounts(data.usage);
    for (const { finish_reason: reason } of objectsIn(data.choices)) {
      if (typeof reason !== 'string') {
        if (event === undefined) reading.refuse('The answer is not complete.');
        continue;
      }
      reading.finished = true;
      if (reason !== 'stop' && reason !== 'tool_calls' && reason !== 'function_call')
        reading.refuse(`The answer was cut off (${reason.slice(0, 40)}).`);
    }
    if (event === undefined) reading.done = true;
  },
  responses(reading, data, event) {
    const type = event === undefined ? undefined : data.type;
    if (type === 'response.failed' || type === 'response.incomplete' || type === 'response.cancelled')
      return reading.refuse(`The answer was cut off (${type}).`);
    if (event !== undefined && type !== 'response.completed') return;
    const response = event === undefined ? data : data.response;
    if (!isObject(response) || response.status !== 'completed') {
      const status = isObject(response) ? String(response.status).slice(0, 40) : 'no answer';
      return reading.refuse(`The answer is not complete (${status}).`);
    }
    reading.named(response.model);
    reading.counts = openaiCounts(response.usage);
    reading.finished = true;
    reading.done = true;
  },
  embeddings(reading, data) {
    if (!Array.isArray(data.data) || data.data.length === 0) return;
    reading.named(data.model);
    reading.counts = openaiCounts(data.usage);
    reading.finished = true;
    reading.done = true;
  },
  messages(reading, data, event) {
    if (event === undefined) {
      reading.named(data.model);
      reading.counts = anthropicCounts(data.usage);
      stopped(reading, data.stop_reason);
      reading.done = true;
    } else if (data.type === 'message_start' && isObject(data.message)) {
      reading.named(data.message.model);
      reading.counts = anthropicCounts(data.message.usage);
      reading.usageSoFar = isObject(data.message.usage) ? data.message.usage : {};
    } else if (data.type === 'message_delta') {
      if (isObject(data.usage)) {
        reading.usageSoFar = { ...reading.usageSoFar, ...told(data.usage) };
        reading.counts = anthropicCounts(reading.usageSoFar);
      }
      if (isObject(data.delta)) stopped(reading, data.delta.stop_reason);
    } else if (data.type === 'message_stop') reading.done = true;
  },
};

function stopped(reading: Reading, reason: unknown): void {
  if (typeof reason !== 'string') return;
  reading.finished = true;
  if (reason !== 'end_turn' && reason !== 'stop_sequence' && reason !== 'tool_use')
    reading.refuse(`The answer was cut off (${reason.slice(0, 40)}).`);
}

function told(usage: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
}
