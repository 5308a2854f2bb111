import { digest } from '../digest.ts';
import { KeyError } from '../key.ts';
import type { Policy } from '../policy/policy.ts';
import { canonicalJson, isPlain } from './canonical.ts';
import { projectPath } from './project-path.ts';
import { segment } from './segment.ts';

/**
 * Keys of the preset namespaces: `namespace:version:what:hash`, readable and to be matched by globs
 * (`prompt:3.0.0:task:*`) up to the hash, which is over everything else. The same input gives the same
 * key in every process, version and platform; different inputs give different ones. All throw
 * {@link KeyError}, naming the field, for an input that makes no key.
 */

/** The version of what has none. */
const FIRST = '1';

/** `prompt:VERSION:COMMAND:HASH` for a rendered prompt. */
export function promptKey(of: {
  readonly version: string;
  readonly command: string;
  readonly params?: Readonly<Record<string, unknown>>;
}): string {
  return key('prompt', of.version, { command: of.command }, canonicalJson(of.params ?? {}, 'params'));
}

/** `module:VERSION:MODULE:HASH` for a module as it is in a context. */
export function moduleKey(of: {
  readonly version: string;
  readonly module: string;
  readonly context?: unknown;
}): string {
  return key('module', of.version, { module: of.module }, canonicalJson(of.context ?? {}, 'context'));
}

/** `context:VERSION:COMMAND:HASH` for what a command has to know of a project. */
export function contextKey(of: {
  readonly version: string;
  readonly projectPath: string;
  readonly command: string;
}): string {
  return key(
    'context',
    of.version,
    { command: of.command },
    canonicalJson(projectPath(of.projectPath), 'projectPath'),
  );
}

/** `result:VERSION:COMMAND:HASH` for what a command made of an input. */
export function resultKey(of: {
  readonly version: string;
  readonly command: string;
  readonly input?: unknown;
}): string {
  return key('result', of.version, { command: of.command }, canonicalJson(of.input ?? {}, 'input'));
}

/**
 * `response:VERSION:AGENT:MODEL:HASH` for what an agent answered. Tools are a set: neither order nor
 * doubles count.
 */
export function responseKey(of: {
  readonly version?: string;
  readonly agent: string;
  readonly goal: string;
  readonly model: string;
  readonly temperature?: number;
  readonly tools?: readonly string[];
}): string {
  const { goal, temperature, tools = [] } = of;
  if (typeof goal !== 'string') throw new KeyError('goal: a key needs it, as a text.');
  if (!Array.isArray(tools) || tools.some((tool) => typeof tool !== 'string')) {
    throw new KeyError('tools: a key needs a list of their names.');
  }
  const names = [...new Set(tools)].sort();
  const rest = canonicalJson({ goal, temperature, tools: names }, 'response');
  return key('response', of.version ?? FIRST, { agent: of.agent, model: of.model }, rest);
}

/**
 * `tool:VERSION:TOOL:HASH` for a tool's result. `keyParams` picks among the members of the input. The
 * choice is part of the hash: what was kept while a parameter did not count, whatever it was then, is
 * no answer once it does.
 */
export function toolKey(
  of: { readonly version?: string; readonly tool: string; readonly input?: unknown },
  keyParams?: Policy['keyParams'],
): string {
  const input: unknown = of.input ?? {};
  const rest =
    keyParams && isPlain(input) ? chosen(input as Readonly<Record<string, unknown>>, keyParams) : { input };
  return key('tool', of.version ?? FIRST, { tool: of.tool }, canonicalJson(rest, 'tool'));
}

function chosen(
  input: Readonly<Record<string, unknown>>,
  keyParams: NonNullable<Policy['keyParams']>,
): Record<string, unknown> {
  const only = 'only' in keyParams;
  const names = new Set(only ? keyParams.only : keyParams.ignore);
  const counting = Object.entries(input).filter(([name]) => names.has(name) === only);
  return { input: Object.fromEntries(counting), [only ? 'only' : 'ignore']: [...names].sort() };
}

function key(
  namespace: string,
  version: string,
  readable: Readonly<Record<string, string>>,
  rest: string,
): string {
  const segments = Object.entries(readable).map(([name, text]) => segment(name, text));
  return [namespace, segment('version', version), ...segments, digest(rest)].join(':');
}
