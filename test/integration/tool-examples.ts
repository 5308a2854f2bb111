import { TOOLS } from '../../src/tools/catalog.ts';

/** A call of each tool that succeeds on the project of these tests; in the order in which they make sense. */
const EXAMPLES: Readonly<Record<string, object>> = {
  store: { key: 'tool:example', value: { a: 1 }, dependsOn: ['src/a.ts'] },
  lookup: { key: 'tool:example' },
  invalidate: { key: 'tool:example' },
  undo: {},
  definition: { name: 'one' },
  references: { name: 'one' },
  tokens: { glob: 'src/**/*.ts' },
  remember: { key: 'example', text: 'one() does nothing', files: ['src/a.ts'] },
  recall: { key: 'example' },
  forget: { key: 'example' },
  session_open: { id: 'example', state: { goal: 'to see' } },
  session_append: { id: 'example', messages: [{ role: 'user', content: 'x' }] },
  session_read: { id: 'example' },
};

/** Fits what has no example of its own: a field of this name gets this value when the tool demands it. */
const VALUES: Readonly<Record<string, unknown>> = {
  path: 'src/a.ts',
  file: 'src/a.ts',
  paths: ['src/a.ts'],
  files: ['src/a.ts'],
  glob: 'src/**/*.ts',
  name: 'one',
  symbol: 'one',
  query: 'one',
  text: 'one',
  line: 1,
  character: 17,
  column: 17,
  key: 'example',
  id: 'example',
};

/** Every tool of the catalog that needs no editor, with an input. */
export function exampleCalls(): { readonly name: string; readonly input: object }[] {
  const order = Object.keys(EXAMPLES);
  const usable = TOOLS.filter(({ needsLanguageHost }) => !needsLanguageHost);
  const sorted = [...usable].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return sorted.map(({ name, input }) => ({ name, input: EXAMPLES[name] ?? guessed(name, input) }));
}

function guessed(name: string, schema: (typeof TOOLS)[number]['input']): object {
  const input: Record<string, unknown> = {};
  for (let tries = 0; tries < 10; tries++) {
    const parsed = schema.safeParse(input);
    if (parsed.success) return input;
    for (const { path } of parsed.error.issues) {
      const field = String(path[0]);
      if (!(field in VALUES)) throw new Error(`Give ${name} an example: nothing is known to fit "${field}".`);
      input[field] = VALUES[field];
    }
  }
  throw new Error(`Give ${name} an example.`);
}
