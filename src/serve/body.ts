import * as z from 'zod';
import { Problem } from './problem.ts';

/** The parsed body; throws a 400 that names the place. */
export async function readBody<T>(schema: z.ZodType<T>, request: Request): Promise<T> {
  return fitting(schema, await readJson(request), 'request body');
}

/** The query's parameters, of which each can be given once. */
export function readQuery<T>(schema: z.ZodType<T>, url: string): T {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URL(url).searchParams) {
    if (Object.hasOwn(parameters, name)) {
      throw new Problem(400, 'The query does not fit', `Give "${name.slice(0, 100)}" once.`);
    }
    Object.defineProperty(parameters, name, { value, enumerable: true });
  }
  return fitting(schema, parameters, 'query');
}

/** Throws a 400 that says what was wrong and where. */
export function fitting<T>(schema: z.ZodType<T>, given: unknown, what: string): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Problem(400, `The ${what} does not fit`, z.prettifyError(parsed.error));
}

export async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, 'The request body is not JSON', (error as Error).message);
  }
}
