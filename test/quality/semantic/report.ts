import { WORD_OVERLAP } from '../../../src/answers/semantic/embedding/word-overlap.ts';
import { areaUnderCurve, type Measured, measure, pairs, STAND_IN } from './measure.ts';

/** Prints what semantic matching serves of the labelled pairs; sets the exit code when a wrong one is. */
export async function reportSemantic(show: number): Promise<void> {
  console.log('| half | with | pairs | served | right | wrong | precision | recall |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  const heldOut: Measured[] = [];
  for (const half of ['tune', 'held-out'] as const) {
    for (const [name, embedder] of [
      ['offline', undefined],
      ['stand-in', STAND_IN],
    ] as const) {
      const measured = await measure(pairs(half), embedder);
      const { same, different, right, wrong } = measured;
      const served = right + wrong.length;
      const figures = [same + different, served, right, wrong.length];
      const precision = served === 0 ? 1 : right / served;
      console.log(
        `| ${half} | ${name} | ${figures.join(' | ')} | ${precision.toFixed(4)} | ${(right / same).toFixed(4)} |`,
      );
      for (const { a, b } of wrong.slice(0, show)) console.error(`  wrong: ${a} / ${b}`);
      if (half === 'held-out') heldOut.push(measured);
      if (precision < 0.99) process.exitCode = 1;
    }
  }
  const areas = await Promise.all(
    (['tune', 'held-out'] as const).map(async (half) =>
      (await areaUnderCurve(pairs(half), WORD_OVERLAP)).toFixed(3),
    ),
  );
  console.log(
    `\nSimilarity alone, word overlap: AUC ${areas[0]} (tune), ${areas[1]} (held-out); 0.5 is chance.\n`,
  );
  const [offline, standIn] = heldOut;
  console.log('| held-out | pairs | served offline | served with the stand-in |');
  console.log('| --- | --- | --- | --- |');
  for (const [kind, { pairs: count, served }] of offline?.kinds ?? [])
    console.log(`| ${kind} | ${count} | ${served} | ${standIn?.kinds.get(kind)?.served} |`);
}
