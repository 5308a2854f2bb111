import * as z from 'zod';
import { declarationsSchema } from '../freshness/leases/declared.ts';
import { jsonText } from './json-text.ts';
import { keyFields, namedKey } from './key-fields.ts';
import { missFields, shownMiss } from './miss-fields.ts';
import { type Tool, ToolError } from './tool.ts';

const input = z.strictObject({
  ...keyFields,
  dependsOn: declarationsSchema
    .optional()
    .describe(
      'What a value that is stored under the lease will rest on: workspace paths, or objects such as {"glob": "src/**/*.ts"}. Name it before you look at it.',
    ),
});

const output = z.union([
  z.strictObject({ hit: z.literal(true), key: z.string(), value: z.unknown() }),
  z.strictObject({
    hit: z.literal(false),
    key: z.string(),
    ...missFields,
    lease: z.string().describe('Pass it to agent_cache_store with what you computed.'),
  }),
]);

/** A value that an agent has stored, or a lease to store it under. */
export const lookupTool: Tool<z.infer<typeof input>, z.infer<typeof output>> = {
  name: 'lookup',
  title: 'Look Up a Cached Result',
  summary: 'A stored result while what it rests on is unchanged',
  description:
    'Returns the value that was stored under a key, only while everything it rests on is unchanged; otherwise why not, and a lease. Use it before expensive work of your own (a command, a summary, a web request), then keep the result with agent_cache_store under the lease: it is refused if an input changed meanwhile, so nothing out of date is ever kept.',
  effect: 'reads',
  input,
  output,
  async run({ dependsOn = [], ...named }, { engine, agent }) {
    const key = namedKey(named);
    const { workspace } = engine;
    const { parts } = named;
    if (parts && !Array.isArray(parts)) engine.advice.told(key, parts);
    const read = await engine.insight.read(key, agent);
    if (!('miss' in read)) {
      const { value } = read;
      if (jsonText(value) === undefined) throw new ToolError(`The value of ${key} has no JSON form.`);
      return { hit: true, key, value };
    }
    const miss = shownMiss(engine, read.miss);
    const tags = agent === undefined ? [] : [`agent:${agent}`];
    const lease = await workspace.leases.give(key, { tags, dependsOn });
    return { hit: false, key, ...miss, lease };
  },
};
