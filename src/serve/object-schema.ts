import * as z from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

const KNOWN = new WeakMap<z.ZodType, { input?: JsonSchema; output?: JsonSchema }>();

/**
 * The JSON Schema (2020-12) of what goes into a zod schema, or comes out of it. Refinements that have
 * no JSON form are left out: they are checked all the same.
 */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema {
  const known = KNOWN.get(schema) ?? {};
  KNOWN.set(schema, known);
  let made = known[io];
  if (!made) {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    made = rest;
    known[io] = made;
  }
  return made;
}

/** The same for what is an object in any case, also where several shapes are possible, which MCP wants to be said. */
export function objectSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema {
  return { type: 'object', ...jsonSchema(schema, io) };
}
