import type * as z from 'zod';
import { misfit } from '../cache/misfit.ts';
import { nestedDeeper } from './nesting.ts';
import { Problem } from './problem.ts';

/** Lists and objects in each other, at the most. */
const DEEPEST = 200;

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
  throw new Problem(400, `The ${what} does not fit`, misfit(parsed.error));
}

/** Throws a 400 for what is not JSON, or so deeply nested that nobody means it. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  if (nestedDeeper(text, DEEPEST)) {
    const detail = `Lists and objects lie ${DEEPEST} deep in each other at the most.`;
    throw new Problem(400, 'The request body is nested too deeply', detail);
  }
  return parsed(text, 'request body');
}

/** The value of a JSON text; throws a 400 that says which one it is that is not JSON. */
export function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, `The ${what} is not JSON`, (error as Error).message.slice(0, 300));
  }
}
