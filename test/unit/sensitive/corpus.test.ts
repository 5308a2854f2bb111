import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSanitiser, type Sanitiser } from '../../../src/cache/sensitive/sanitiser.ts';
import { temporaryFolder } from '../stores/worker.ts';
import { buildWorker } from './built-worker.ts';
import { INNOCENTS } from './innocents.ts';
import { POSITIONS } from './positions.ts';
import { Random } from './random.ts';
import { SECRET_KINDS, type SecretKind } from './secret-kinds.ts';

/** Characters in a row of a secret that must not be left. */
const LEFT = 12;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let sanitiser: Sanitiser;
beforeAll(async () => {
  folder = await temporaryFolder();
  const { worker } = await buildWorker(folder.folder);
  sanitiser = createSanitiser({ worker, onProblem: (error) => expect.fail(error.message) });
});
afterAll(async () => {
  await sanitiser.close();
  await folder.remove();
});

/** All that a value holds, as text. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null, breakLength: 1e6 });
  return (
    text +
    (Buffer.isBuffer((value as { file?: unknown }).file) ? String((value as { file: Buffer }).file) : '')
  );
}

/** The first part of the secret that is still there. */
function leak(secret: string, value: unknown): string | undefined {
  const text = shown(value);
  for (const line of secret.split('\n')) {
    if (line.startsWith('-----')) continue;
    const size = Math.min(LEFT, line.length);
    for (let i = 0; i + size <= line.length; i++) {
      const part = line.slice(i, i + size);
      if (size > 3 && text.includes(part)) return part;
    }
  }
  return undefined;
}

async function misses(kind: SecretKind, seed: number): Promise<string[]> {
  const random = new Random(seed);
  const wrong: string[] = [];
  for (const position of POSITIONS.filter(({ fits }) => fits(kind))) {
    const secret = kind.make(random);
    const { value, found } = await sanitiser.sanitise(position.place(kind.around?.(secret) ?? secret));
    const left = leak(secret, value);
    if (left !== undefined) wrong.push(`${position.name}: left ${left}`);
    else if (found.length === 0) wrong.push(`${position.name}: nothing told`);
    else if (!position.intact(value as never)) wrong.push(`${position.name}: damaged ${shown(value)}`);
  }
  return wrong;
}

describe('secrets in the formats that are in use', () => {
  it.each(SECRET_KINDS)('takes a $name out wherever it stands, and nothing else', async (kind) => {
    expect(await misses(kind, 1)).toEqual([]);
  });
});

describe('what only looks like a secret', () => {
  it.each(INNOCENTS)('leaves $name alone', async ({ make }) => {
    for (let seed = 1; seed <= 5; seed++) {
      const value = make(new Random(seed));
      const sanitised = await sanitiser.sanitise(value);
      expect(sanitised.found).toEqual([]);
      expect(sanitised.value).toBe(value);
    }
  });
});
