import * as z from 'zod';
import { keyOf, keySchema, partsSchema } from './keys.ts';
import { ToolError } from './tool.ts';

/** How a tool is told which entry: by its key, or by what the key is made of. */
export const keyFields = {
  key: keySchema.optional().describe('As "namespace:id", for example "tool:web_search:typescript-6".'),
  namespace: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('With "parts", instead of a key: tool, result, context, module, or one of your own.'),
  parts: partsSchema
    .optional()
    .describe('What makes the key: a list of texts and numbers, or an object such as a tool’s arguments.'),
};

/** Throws a ToolError for neither or both. */
export function namedKey({
  key,
  namespace,
  parts,
}: {
  readonly key?: string | undefined;
  readonly namespace?: string | undefined;
  readonly parts?: z.infer<typeof partsSchema> | undefined;
}): string {
  if (key !== undefined && namespace === undefined && parts === undefined) return key;
  if (key === undefined && namespace !== undefined && parts !== undefined) return keyOf(namespace, parts);
  throw new ToolError('Name a "key", or a "namespace" and "parts".');
}
