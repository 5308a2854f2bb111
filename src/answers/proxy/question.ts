import type { Left } from './canonical-request.ts';
import { isObject, type JsonObject, type ModelRequest, objectsIn } from './model-request.ts';

/** The last text of the user, and where it stands. */
export interface LastText extends Left {
  readonly text: string;
}

/** Undefined when the last thing said is none: an answer of a tool, an image. Embeddings have none. */
export function lastText({ shape, body }: ModelRequest): LastText | undefined {
  switch (shape) {
    case 'chat':
    case 'messages':
      return ofUser(objectsIn(body.messages).at(-1));
    case 'responses':
      if (typeof body.input === 'string') return { text: body.input, holder: body, name: 'input' };
      return ofUser(objectsIn(body.input).at(-1));
    case 'embeddings':
      return undefined;
  }
}

function ofUser(message: JsonObject | undefined): LastText | undefined {
  if (message?.role !== 'user') return undefined;
  const { content } = message;
  if (typeof content === 'string') return { text: content, holder: message, name: 'content' };
  const part = Array.isArray(content) ? content.at(-1) : undefined;
  if (!isObject(part) || typeof part.text !== 'string') return undefined;
  return { text: part.text, holder: part, name: 'text' };
}
