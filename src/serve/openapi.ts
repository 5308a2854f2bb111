import type { Hono } from 'hono';
import * as z from 'zod';
import { type Description, described, descriptionOf } from './endpoint.ts';
import { IDENTITY } from './identity.ts';
import { jsonSchema } from './object-schema.ts';

const PROBLEMS = {
  400: 'The request does not fit',
  401: 'No token, or a wrong one',
  403: 'A foreign Host or Origin',
  404: 'There is no such thing',
  409: 'Not done: something else came first',
  413: 'The request body is too large',
  422: 'It cannot be answered, and why',
  429: 'Too many requests: try again after Retry-After seconds',
  500: 'The server failed; its log says why',
  503: 'Not possible now: try again later',
} as const;

/** Problems that every route has. */
const ALWAYS = [400, 401, 403, 413, 429, 500, 503] as const;

const problem = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
});

const JSON_TYPE = 'application/json';

const answer = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });

/** Adds the route that gives the document of all routes of the app, itself included (OpenAPI 3.1). */
export function documentRoutes(app: Hono): void {
  let document: object | undefined;
  app.get(
    '/api/v1/openapi.json',
    described({ summary: 'This document', answer }, (context) => {
      document ??= documentOf(app);
      return context.json(document);
    }),
  );
}

function documentOf(app: Hono) {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, handler } of app.routes) {
    const description = descriptionOf(handler);
    if (!description) continue; // stands before the routes
    const name = path.replace(/:(\w+)/g, '{$1}');
    paths[name] = { ...paths[name], [method.toLowerCase()]: operation(description) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: IDENTITY.title,
      version: IDENTITY.version,
      description: 'What AI agents ask about a workspace, cached, and never out of date.',
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Of this start of the server.' },
      },
      schemas: { Problem: jsonSchema(problem, 'output') },
      responses: Object.fromEntries(
        Object.entries(PROBLEMS).map(([status, description]) => {
          const schema = { $ref: '#/components/schemas/Problem' };
          return [`Problem${status}`, { description, content: { 'application/problem+json': { schema } } }];
        }),
      ),
    },
  };
}

function operation(description: Description) {
  const {
    summary,
    path,
    query,
    body,
    headers = {},
    answer,
    types = [JSON_TYPE],
    problems = [],
  } = description;
  const parameters = [
    ...parametersOf('path', path),
    ...parametersOf('query', query),
    ...Object.entries(headers).map(([name, description]) => {
      return { name, in: 'header', description, schema: { type: 'string' } };
    }),
  ];
  const asked = body && { [JSON_TYPE]: { schema: jsonSchema(body) } };
  const answered = types.map((type) => [type, { schema: jsonSchema(answer, 'output') }]);
  const statuses = [...new Set([...ALWAYS, ...problems])].sort();
  return {
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(asked && { requestBody: { required: true, content: asked } }),
    responses: {
      200: { description: 'The answer', content: Object.fromEntries(answered) },
      ...Object.fromEntries(
        statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
      ),
    },
  };
}

function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined) {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema) as {
    properties?: Record<string, object>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: place, required: place === 'path' || required.includes(name), schema };
  });
}
