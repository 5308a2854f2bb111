import * as z from 'zod';
import { EVICTIONS } from '../eviction/create-eviction.ts';
import { LEVELS, type Policy } from './policy.ts';
import { byteSize, durationMs, QuantityError, shown } from './quantities.ts';

/** From the laxest to the strictest. */
export const SENSITIVITIES = ['none', 'redact', 'refuse'] as const satisfies readonly Policy['sensitivity'][];
const WRITES = ['through', 'back', 'around'] as const satisfies readonly Policy['write'][];
const FRESHNESSES = ['verified', 'watched'] as const satisfies readonly Policy['freshness'][];
const STRATEGIES = ['exact', 'semantic', 'none'] as const satisfies readonly Policy['strategy'][];

const yesNo = z.boolean({ error: fits('true or false') }).optional();
const textOrNumber = (what: string) => z.union([z.string(), z.number()], { error: fits(what) });

/** Milliseconds, whole: a part of one counts as one, so that no lifetime becomes "no limit" by rounding. */
export const ttlField = textOrNumber('"24h", "5 min", "none", or a number of milliseconds').transform(
  (input, context) => checked(context, () => Math.ceil(durationMs(input))),
);

export const levelsField = z
  .array(z.enum(LEVELS, { error: fits(choice(LEVELS)) }), { error: fits(`a list of ${choice(LEVELS)}`) })
  .check(({ value, issues }) => {
    const message =
      value.length === 0
        ? `[] names no level. Fits: a list of ${choice(LEVELS)}.`
        : new Set(value).size < value.length && `${shown(value)} names a level twice. Name each once.`;
    if (message) issues.push({ code: 'custom', message, input: value });
  })
  .transform((named) => LEVELS.filter((level) => named.includes(level)));

const hitRate = textOrNumber('a part from 0 to 1 such as 0.95, or "95%"').transform((input, context) => {
  const part = typeof input === 'number' ? input : Number(/^(\d{1,3}(?:\.\d+)?) ?%$/.exec(input)?.[1]) / 100;
  if (part >= 0 && part <= 1) return part;
  return refuse(context, `${shown(input)} is no hit rate. Fits: a part from 0 to 1 such as 0.95, or "95%".`);
});

const partOfOne = { error: fits('a part from 0 to 1 such as 0.92') };
const similarity = z.number(partOfOne).min(0, partOfOne).max(1, partOfOne);

const latency = textOrNumber('"5 ms", or a number of milliseconds').transform((input, context) => {
  const ms = checked(context, () => durationMs(input));
  return ms === 0 ? refuse(context, `${shown(input)} is no target. Fits: a duration such as "5 ms".`) : ms;
});

const size = textOrNumber('"10 MB", or a number of bytes').transform((input, context) =>
  checked(context, () => byteSize(input)),
);

const aName = { error: fits('the name of a parameter, 1 to 200 characters') };
const someNames = { error: fits('a list of 1 to 100 names of parameters') };
const paramNames = z
  .array(z.string(aName).min(1, aName).max(200, aName), someNames)
  .min(1, someNames)
  .max(100, someNames)
  .readonly();
const keyParams = z.union([z.strictObject({ only: paramNames }), z.strictObject({ ignore: paramNames })], {
  error: fits('{"only": […]} or {"ignore": […]}, with the names of parameters'),
});

const wholeEntries = { error: fits('a whole number from 1 to 10000000') };
const entries = z.int(wholeEntries).min(1, wholeEntries).max(10_000_000, wholeEntries);

const fewVariants = { error: fits('a whole number from 1 to 64') };
const variants = z.int(fewVariants).min(1, fewVariants).max(64, fewVariants);

/** What makes sense for one agent's requests as well as for all. */
const ofRequests = {
  enabled: yesNo,
  ttl: ttlField.optional(),
  sliding: yesNo,
  levels: levelsField.optional(),
  write: z.enum(WRITES, { error: fits(choice(WRITES)) }).optional(),
  sensitivity: z.enum(SENSITIVITIES, { error: fits(choice(SENSITIVITIES)) }).optional(),
  keyParams: keyParams.optional(),
  strategy: z.enum(STRATEGIES, { error: fits(choice(STRATEGIES)) }).optional(),
  similarity: similarity.optional(),
  sampled: yesNo,
};

/** A namespace's policy as it is declared; what is absent comes from the wider scope. */
export const policySchema = z.strictObject({
  ...ofRequests,
  entries: entries.optional(),
  size: size.optional(),
  eviction: z.enum(EVICTIONS, { error: fits(choice(EVICTIONS)) }).optional(),
  freshness: z.enum(FRESHNESSES, { error: fits(choice(FRESHNESSES)) }).optional(),
  variants: variants.optional(),
  hitRate: hitRate.optional(),
  latency: latency.optional(),
  optimise: yesNo,
});

const roomOfOne =
  'A room belongs to one namespace. Set it there; for the common room there is agentCache.memory.maxMegabytes.';

/** The same for all namespaces (`*`): a room for each would leave memory unbounded. */
export const commonSchema = z.strictObject({
  ...policySchema.shape,
  entries: z.never({ error: roomOfOne }).optional(),
  size: z.never({ error: roomOfOne }).optional(),
});

const notOfAgent = (what: string) =>
  z
    .never({ error: `${what} for all agents at once, not for one. Set it in agentCache.namespaces.` })
    .optional();
const room = notOfAgent('The room of a namespace is');
const common = notOfAgent('What entries rest on holds');
const target = notOfAgent('A target holds');

/** What one agent may have its own way, for one namespace or for all (`*`). */
export const agentSchema = z.strictObject({
  ...ofRequests,
  entries: room,
  size: room,
  eviction: room,
  freshness: common,
  variants: common,
  hitRate: target,
  latency: target,
  optimise: notOfAgent('The optimiser acts'),
});

export type PolicyInput = z.input<typeof policySchema>;
export type AgentPolicyInput = z.input<typeof agentSchema>;
/** A declared policy, parsed: `ttl` and `latency` in milliseconds, `size` in bytes. */
export type PolicyFields = z.output<typeof policySchema>;

/** Tells what fits instead of the wrong value. */
export function fits(what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => `${shown(input)} does not fit. Fits: ${what}.`;
}

function choice(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

function checked(context: z.RefinementCtx, parse: () => number): number {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    return refuse(context, error.message);
  }
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
