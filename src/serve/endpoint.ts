import type { Context, Handler } from 'hono';
import * as z from 'zod';
import { fitting, readJson, readQuery } from './body.ts';
import type { Problem } from './problem.ts';

/** What a route takes and gives: what it validates with, and what the OpenAPI document says of it. */
export interface Description<P = unknown, Q = unknown, B = unknown> {
  /** For people, one line. */
  readonly summary: string;
  /** Parameters in the path, by name, percent-decoded; each is a text. */
  readonly path?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** Request headers that mean something here, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer: a JSON object. */
  readonly answer: z.ZodType;
  /** How it comes; as `application/json` unless given. */
  readonly types?: readonly string[];
  /** Beside the problems that every route has. */
  readonly problems?: readonly Problem['status'][];
}

interface Given<P, Q, B> {
  readonly path: P;
  readonly query: Q;
  readonly body: B;
  readonly request: Request;
}

const DESCRIPTIONS = new WeakMap<object, Description>();

/** A handler whose input is validated with what describes it. `run` gives the answer, or one in JSON already. */
export function endpoint<P, Q, B>(
  description: Description<P, Q, B>,
  run: (given: Given<P, Q, B>) => Promise<object> | object,
): Handler {
  const { path, query = NOTHING, body } = description;
  return described(description, async (context: Context) => {
    const request = context.req.raw;
    const answer = await run({
      query: readQuery(query, request.url) as Q,
      path: (path && fitting(path, context.req.param(), 'path')) as P,
      body: (body && fitting(body, await readJson(request), 'request body')) as B,
      request,
    });
    return answer instanceof Response ? answer : context.json(answer);
  });
}

const NOTHING: z.ZodType<unknown> = z.strictObject({});

/** The same for a handler that reads its request itself. */
export function described<H extends Handler>(description: Description<never, never, never>, handler: H): H;
export function described<H extends Handler>(description: Description, handler: H): H;
export function described(description: Description, handler: Handler): Handler {
  DESCRIPTIONS.set(handler, description);
  return handler;
}

/** Undefined for a handler that is none of a route, such as what stands before all of them. */
export function descriptionOf(handler: object): Description | undefined {
  return DESCRIPTIONS.get(handler);
}
