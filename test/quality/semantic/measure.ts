import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Embedder } from '../../../src/answers/semantic/embedding/embedder.ts';
import { WORD_OVERLAP } from '../../../src/answers/semantic/embedding/word-overlap.ts';
import { Marks } from '../../../src/answers/semantic/matches/marks.ts';
import { SemanticMatcher } from '../../../src/answers/semantic/semantic-matcher.ts';

const pairSchema = z.strictObject({
  a: z.string(),
  b: z.string(),
  label: z.enum(['same', 'different']),
  kind: z.string(),
});
export type Pair = z.output<typeof pairSchema>;
export const HALVES = ['tune', 'held-out'] as const;
export type Half = (typeof HALVES)[number];

export function pairs(half: Half): Pair[] {
  const all = z
    .array(pairSchema)
    .parse(JSON.parse(readFileSync(new URL('pairs.json', import.meta.url), 'utf8')));
  return all.filter((pair) => halfOf(pair) === half);
}

/** By what they say: who adds pairs moves no other one to the half that was tuned on. */
function halfOf({ a, b }: Pair): Half {
  const first = createHash('sha256').update(`${a}\n${b}`).digest()[0] ?? 0;
  return first % 2 === 1 ? 'held-out' : 'tune';
}

/**
 * In place of a model: the overlap of words and letters, taken for meaning. It ranks as badly as such an
 * overlap does, so that the gate alone keeps the near-misses from being served.
 */
export const STAND_IN: Embedder = {
  ...WORD_OVERLAP,
  name: 'stand-in',
  identity: 'stand-in',
  offline: false,
};

export interface Measured {
  readonly same: number;
  readonly different: number;
  /** Served, of those that mean the same and of those that do not. */
  readonly right: number;
  readonly wrong: readonly Pair[];
  readonly kinds: ReadonlyMap<string, { readonly pairs: number; readonly served: number }>;
}

/** What is served when the second question of a pair comes and the first was answered, and the other way round. */
export async function measure(all: readonly Pair[], embedder?: Embedder, threshold = 0.5): Promise<Measured> {
  const wrong: Pair[] = [];
  const kinds = new Map<string, { pairs: number; served: number }>();
  let right = 0;
  for (const pair of all) {
    const served =
      (await isServed(pair.a, pair.b, embedder, threshold)) ||
      (await isServed(pair.b, pair.a, embedder, threshold));
    const name = `${pair.label}: ${pair.kind}`;
    const kind = kinds.get(name) ?? { pairs: 0, served: 0 };
    kinds.set(name, { pairs: kind.pairs + 1, served: kind.served + Number(served) });
    if (!served) continue;
    if (pair.label === 'same') right++;
    else wrong.push(pair);
  }
  const same = all.filter(({ label }) => label === 'same').length;
  return { same, different: all.length - same, right, wrong, kinds };
}

async function isServed(
  answered: string,
  asked: string,
  embedder: Embedder | undefined,
  threshold: number,
): Promise<boolean> {
  const problem = (error: Error) => {
    throw error;
  };
  const matcher = new SemanticMatcher({
    allowed: () => ({ threshold, kept: false, secrets: true }),
    embedder: () => embedder,
    isClean: async () => true,
    most: () => 10,
    marks: new Marks(undefined, problem),
    problem,
  });
  const question = (text: string) => ({
    ...{ namespace: 'response', agent: 'tester', fingerprint: 'same' },
    text,
  });
  matcher.add(question(answered), 'response:a');
  await matcher.settled();
  return (await matcher.find(question(asked))).match !== undefined;
}

/** What would be served of pairs if only their similarity counted. */
export async function servedAlone(
  all: readonly Pair[],
  embedder: Embedder,
  threshold: number,
): Promise<{ readonly right: number; readonly wrong: number }> {
  const near = (await similarities(all, embedder)).filter(({ similarity }) => similarity >= threshold);
  const right = near.filter(({ same }) => same).length;
  return { right, wrong: near.length - right };
}

/** How well similarity alone ranks pairs that mean the same above those that do not; 0.5 is chance. */
export async function areaUnderCurve(all: readonly Pair[], embedder: Embedder): Promise<number> {
  const scored = await similarities(all, embedder);
  const same = scored.filter((one) => one.same);
  const different = scored.filter((one) => !one.same);
  let above = 0;
  for (const s of same)
    for (const d of different)
      above += s.similarity > d.similarity ? 1 : s.similarity === d.similarity ? 0.5 : 0;
  return above / (same.length * different.length);
}

function similarities(
  all: readonly Pair[],
  embedder: Embedder,
): Promise<{ readonly same: boolean; readonly similarity: number }[]> {
  return Promise.all(
    all.map(async ({ a, b, label }) => ({
      same: label === 'same',
      similarity: cosine(await embedder.embed(a), await embedder.embed(b)),
    })),
  );
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) =>
    x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
