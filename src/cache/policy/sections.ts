import * as z from 'zod';
import { contradictions, type Surroundings } from './contradictions.ts';
import { shown } from './quantities.ts';
import type { PolicyFields } from './schema.ts';

/** Declared policies by the name of their namespace, `*` for all. */
export type Sections = ReadonlyMap<string, PolicyFields>;

/** A strict object of policy fields, all of them optional. */
export type SectionSchema = z.ZodObject & z.ZodType<PolicyFields>;

/** `parent.name`, or `parent["a name"]` where a name has other characters than letters, digits, `_`, `-`, `*`. */
export function pathTo(parent: string, name: string): string {
  return /^[\w*-]+$/.test(name) ? `${parent}.${name}` : `${parent}[${shown(name)}]`;
}

function step(path: string, at: PropertyKey): string {
  return typeof at === 'number' ? `${path}[${at}]` : pathTo(path, String(at));
}

/** The members of a settings object, or undefined, with the problem told, when it is none. */
export function members(
  path: string,
  input: unknown,
  most: number,
  problems: string[],
): readonly (readonly [string, unknown])[] | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    problems.push(`${path}: ${shown(input)} does not fit. Fits: an object.`);
    return undefined;
  }
  const all = Object.entries(input);
  if (all.length > most) {
    problems.push(`${path}: ${all.length} members are too many. Fits: ${most} at the most.`);
    return undefined;
  }
  return all;
}

/** A section's good fields; in place of a wrong one the last good one, if there was any. */
export function readSection(
  path: string,
  input: unknown,
  schema: SectionSchema,
  last: PolicyFields | undefined,
  problems: string[],
): PolicyFields {
  const given = members(path, input, 100, problems);
  if (!given) return last ?? {};
  const present = given.filter(([, value]) => value !== undefined);
  const parsed = schema.safeParse(Object.fromEntries(present));
  if (parsed.success) return parsed.data;
  const wrong = new Set<PropertyKey>();
  for (const issue of parsed.error.issues) {
    const [field, ...within] = issue.path;
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        wrong.add(key);
        problems.push(`${pathTo(path, key)}: There is no such field. There are: ${fieldsOf(schema)}.`);
      }
    } else if (field !== undefined && !wrong.has(field)) {
      wrong.add(field);
      problems.push(`${within.reduce(step, pathTo(path, String(field)))}: ${issue.message}`);
    }
  }
  const good = schema.parse(Object.fromEntries(present.filter(([field]) => !wrong.has(field))));
  return { ...pick(last, wrong), ...good };
}

/** The section without what has no effect where it is; the last good value stays in its place. */
export function withoutContradictions(
  path: string,
  section: PolicyFields,
  last: PolicyFields | undefined,
  around: (own: PolicyFields) => Surroundings,
  problems: string[],
): PolicyFields {
  const found = contradictions(section, around(section));
  if (found.length === 0) return section;
  for (const { field, why } of found) problems.push(`${pathTo(path, field)}: ${why}`);
  const fields = new Set<PropertyKey>(found.map(({ field }) => field));
  const rest = Object.entries(section).filter(([field]) => !fields.has(field));
  return { ...Object.fromEntries(rest), ...pick(last, fields) };
}

function pick(section: PolicyFields | undefined, fields: ReadonlySet<PropertyKey>): PolicyFields {
  return Object.fromEntries(Object.entries(section ?? {}).filter(([field]) => fields.has(field)));
}

function fieldsOf(schema: SectionSchema): string {
  const refused = (field: unknown) => field instanceof z.ZodOptional && field.unwrap() instanceof z.ZodNever;
  const fields = Object.entries(schema.shape).filter(([, field]) => !refused(field));
  return fields.map(([name]) => name).join(', ');
}
