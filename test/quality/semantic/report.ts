import type { Embedder } from '../../../src/answers/semantic/embedding/embedder.ts';
import { WORD_OVERLAP } from '../../../src/answers/semantic/embedding/word-overlap.ts';
import { areaUnderCurve, HALVES, type Measured, measure, pairs, STAND_IN, servedAlone } from './measure.ts';
import { startSentenceEncoder } from './sentence-encoder.ts';

interface With {
  readonly name: string;
  readonly embedder: Embedder | undefined;
  readonly threshold: number;
}

const THRESHOLDS = [0.7, 0.8, 0.85, 0.9, 0.92, 0.95];

/**
 * Prints what semantic matching serves of the labelled pairs, with a real model too where `install` names a
 * folder for it; sets the exit code when a wrong one is.
 */
export async function reportSemantic(show: number, install: string | undefined): Promise<void> {
  const encoder = install === undefined ? undefined : await startSentenceEncoder(install);
  const ways: With[] = [
    { name: 'offline', embedder: undefined, threshold: 1 },
    { name: 'stand-in', embedder: STAND_IN, threshold: 0.5 },
  ];
  if (encoder)
    for (const threshold of THRESHOLDS)
      ways.push({ name: `model, ${threshold}`, embedder: encoder.client, threshold });
  try {
    await served(ways, show);
    await alone('word overlap', WORD_OVERLAP, []);
    if (encoder) await alone('the model', encoder.client, THRESHOLDS);
  } finally {
    encoder?.close();
  }
}

async function served(ways: readonly With[], show: number): Promise<void> {
  console.log('| half | with | pairs | served | right | wrong | precision | recall |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  const heldOut: Measured[] = [];
  for (const half of HALVES) {
    for (const { name, embedder, threshold } of ways) {
      const measured = await measure(pairs(half), embedder, threshold);
      const { same, different, right, wrong } = measured;
      const all = right + wrong.length;
      const figures = [same + different, all, right, wrong.length];
      const precision = all === 0 ? 1 : right / all;
      console.log(
        `| ${half} | ${name} | ${figures.join(' | ')} | ${precision.toFixed(4)} | ${(right / same).toFixed(4)} |`,
      );
      for (const { a, b } of wrong.slice(0, show)) console.error(`  wrong: ${a} / ${b}`);
      if (half === 'held-out') heldOut.push(measured);
      if (precision < 0.99) process.exitCode = 1;
    }
  }
  console.log(`\n| held-out | pairs | ${ways.map(({ name }) => name).join(' | ')} |`);
  console.log(`| --- | --- | ${ways.map(() => '---').join(' | ')} |`);
  for (const [kind, { pairs: count }] of heldOut[0]?.kinds ?? [])
    console.log(
      `| ${kind} | ${count} | ${heldOut.map(({ kinds }) => kinds.get(kind)?.served).join(' | ')} |`,
    );
}

/** What similarity says without the gate. */
async function alone(name: string, embedder: Embedder, thresholds: readonly number[]): Promise<void> {
  const areas = await Promise.all(HALVES.map((half) => areaUnderCurve(pairs(half), embedder)));
  const [tune, heldOut] = areas.map((area) => area.toFixed(3));
  console.log(
    `\nSimilarity alone, ${name}: AUC ${tune} (${HALVES[0]}), ${heldOut} (${HALVES[1]}); 0.5 is chance.`,
  );
  if (thresholds.length === 0) return;
  console.log('\n| half | similar by at least | right | wrong | precision |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const half of HALVES)
    for (const threshold of thresholds) {
      const { right, wrong } = await servedAlone(pairs(half), embedder, threshold);
      console.log(
        `| ${half} | ${threshold} | ${right} | ${wrong} | ${(right / (right + wrong)).toFixed(4)} |`,
      );
    }
}
