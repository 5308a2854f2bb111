import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { embeddingsProblem } from '../answers/semantic/embedding/address.ts';
import { fits } from '../cache/policy/schema.ts';
import { DEFAULT_ALERTS, MOST_RULES } from '../insight/alerts/rules.ts';
import { TRANSCRIPT_AGENTS } from '../protocol/provider.ts';
import { TOOLS } from '../tools/catalog.ts';
import { scheduleProblem } from '../warming/settings.ts';

/** Kinds of settings; an error is `VALUE does not fit. Fits: …`, or says what is wrong without the value. */

export function yesNo(value: boolean) {
  return z.boolean({ error: fits('true or false') }).default(value);
}

export function oneOf<const T extends readonly string[]>(choices: T, value: T[number]) {
  const error = fits(`one of ${choices.map((choice) => `"${choice}"`).join(', ')}`);
  return z.enum(choices, { error }).default(value);
}

/** An object whose members are judged elsewhere. */
export function sections(what: string) {
  return z.record(z.string(), z.unknown(), { error: fits(`an object of ${what}`) }).default({});
}

/** Of a connection: its error does not repeat the value, lest a password that strayed into it is shown. */
export function text(pattern: RegExp, what: string, value: string) {
  const error = `It does not fit. Fits: ${what}.`;
  return z.string({ error }).regex(pattern, { error }).default(value);
}

export function absolutePath() {
  const error = 'It does not fit. Fits: an absolute path, or nothing.';
  return z
    .string({ error })
    .refine((path) => path === '' || isAbsolute(path), { error })
    .default('');
}

/** A cron expression, or nothing. */
export function schedule() {
  return z
    .string({ error: fits('a text with a cron expression, or nothing') })
    .check(({ value, issues }) => {
      const message = scheduleProblem(value);
      if (message) issues.push({ code: 'custom', message, input: value });
    })
    .default('');
}

/** Rules that are judged elsewhere, each alone. */
export function alertRules() {
  const list = { error: fits(`a list of ${MOST_RULES} rules at the most`) };
  return z
    .array(z.unknown(), list)
    .max(MOST_RULES, list)
    .default(structuredClone([...DEFAULT_ALERTS]));
}

/** Never repeats the address: it may hold a password. */
export function embeddingsUrl() {
  return z
    .string({ error: 'It does not fit. Fits: an address, or nothing.' })
    .check(({ value, issues }) => {
      const message = value === '' ? undefined : embeddingsProblem(value);
      if (message) issues.push({ code: 'custom', message, input: value });
    })
    .default('');
}

/** Names of tools, without their prefix. */
export function toolNames() {
  const names = TOOLS.map(({ name }) => name);
  const error = fits(`names of tools: ${names.join(', ')}`);
  return z.array(z.enum(names, { error }), { error: fits('a list of names of tools') }).default([]);
}

/** Agents whose transcripts are read. */
export function transcriptAgents() {
  const error = fits(`agents: ${TRANSCRIPT_AGENTS.join(', ')}`);
  return z
    .array(z.enum(TRANSCRIPT_AGENTS, { error }), { error: fits('a list of agents') })
    .default([...TRANSCRIPT_AGENTS]);
}

const ADDRESS = /^(?:(?:rediss?|memcached):\/\/)?(?:\[[\dA-Fa-f:.]+\]|[\w.-]+):(\d{1,5})\/?$/;
const anAddress =
  'It is no address. Fits: "host:port", or a URL such as "redis://host:6379", "rediss://host:6380" or "memcached://host:11211".';

export function servers() {
  const address = z.string({ error: anAddress }).check(({ value, issues }) => {
    const message = wrongAddress(value);
    if (message) issues.push({ code: 'custom', message, input: value });
  });
  const list = { error: 'It does not fit. Fits: a list of at most 100 addresses.' };
  return z.array(address, list).max(100, list).default([]);
}

/** Never repeats the address: it may hold a password. */
function wrongAddress(address: string): string | undefined {
  const credentials = /^(?:[^/]*\/\/)?(.*)@/s.exec(address)?.[1];
  if (credentials?.includes(':')) {
    return 'It holds a password, which has no place in settings. Remove it there, and use the command Agent Cache: Connect Shared Cache….';
  }
  if (credentials !== undefined) return 'It holds a user name. Set that in agentCache.shared.username.';
  const port = Number(ADDRESS.exec(address)?.[1] ?? Number.NaN);
  return port >= 1 && port <= 65_535 ? undefined : anAddress;
}

/** `[0]: sentence` or `: sentence`, to follow the name of the setting. */
export function problem({ issues }: z.ZodError): string {
  const [issue] = issues;
  const path = issue?.path.map((at) => `[${String(at)}]`).join('') ?? '';
  return `${path}: ${issue?.message ?? 'It does not fit.'}`;
}
