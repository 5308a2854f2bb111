import * as z from 'zod';
import { pathField } from '../analysis/file-params.ts';
import type { NameParams } from '../analysis/references/name-params.ts';
import type { Place } from './language-host.ts';
import type { CacheNote, ToolContext } from './tool.ts';

/** Fields of tools that are asked about a name, or about the identifier at a place. */
export const nameOrPlace = {
  name: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('A name, also a qualified one: "Cache", "Cache.get". Instead of line and column.'),
  path: pathField
    .optional()
    .describe(
      'With line and column: the file of the place. With a name: the file from which it is seen; what is near comes first.',
    ),
  line: z.number().int().min(1).optional().describe('From 1; together with path and column.'),
  column: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('From 1, in UTF-16 code units; of any letter of the identifier.'),
};

export const by = z
  .enum(['language server', 'syntax'])
  .describe(
    'Who answers: the language server of the editor knows scopes and types; syntax goes by the name alone, so other things of the same name can be among the answers.',
  );

interface NameOrPlace {
  readonly name?: string | undefined;
  readonly path?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** For inputs with {@link nameOrPlace}: either a name or a whole place. */
export function checkNameOrPlace({ value, issues }: z.core.ParsePayload<NameOrPlace>): void {
  const { name, path, line, column } = value;
  const isPlace = path !== undefined && line !== undefined && column !== undefined;
  if (name === undefined ? isPlace : line === undefined && column === undefined) return;
  const message =
    name === undefined
      ? 'Give a name, or a place: path, line and column.'
      : 'Give either a name, or a place without a name: line and column belong to a place.';
  issues.push({ code: 'custom', message, input: value });
}

export function nameParams({ name, path, line, column }: NameOrPlace): NameParams {
  return {
    ...(name !== undefined && { name }),
    ...(path !== undefined && { path }),
    ...(line !== undefined && { line: line - 1 }),
    ...(column !== undefined && { character: column - 1 }),
  };
}

/** The places that the language server knows, and what it took. */
interface FromServer {
  readonly places: readonly Place[];
  readonly cache: CacheNote;
}

/** Undefined without a place, without language servers, and when none of them knows anything. */
export async function fromServer(
  what: 'definition' | 'references',
  { name, path, line, column }: NameOrPlace,
  { languages, signal }: ToolContext,
): Promise<FromServer | undefined> {
  if (!languages || name !== undefined || path === undefined || line === undefined || column === undefined)
    return undefined;
  const places = await languages[what](path, line - 1, column - 1, signal);
  if (!places || places.length === 0) return undefined;
  return { places, cache: uncached('language server') };
}

/** For what is never kept. */
export function uncached(detail: string): CacheNote {
  return { hit: false, reason: 'bypassed', detail };
}
