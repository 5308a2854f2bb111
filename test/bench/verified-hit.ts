import { lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from './folder.ts';
import { millionsPerCpuSecond } from './measure.ts';
import { openCache } from './ours.ts';
import { type Figure, figure } from './report.ts';

const OPERATIONS = 100_000;

/** A hit that rests on one file, which every read looks at, against that look alone. */
export function verifiedHit(rounds: number): Promise<Figure[]> {
  return inFolder((root) => measure(root, rounds));
}

async function measure(root: string, rounds: number): Promise<Figure[]> {
  const cache = openCache(100, root);
  const file = join(root, 'input.txt');
  writeFileSync(file, 'some text');
  const key = 'bench:verified';
  const compute = async () =>
    (await cache.getOrCompute(key, async (context) => (await context.readFile('input.txt'))?.text())).from;
  while ((await compute()) !== 'memory' || cache.peek(key) === undefined) {
    // until the file is old enough for its stat to be trusted
  }
  let wrong = 0;
  const speed = await millionsPerCpuSecond(
    [
      {
        name: 'lstatSync',
        operations: OPERATIONS,
        run(operations) {
          for (let i = 0; i < operations; i++) if (!lstatSync(file, { throwIfNoEntry: false })) wrong++;
        },
      },
      {
        name: 'peek',
        operations: OPERATIONS,
        run(operations) {
          for (let i = 0; i < operations; i++) if (cache.peek(key) === undefined) wrong++;
        },
      },
      {
        name: 'get',
        operations: OPERATIONS,
        async run(operations) {
          for (let i = 0; i < operations; i++) if ((await cache.get(key)) === undefined) wrong++;
        },
      },
    ],
    rounds,
  );
  if (wrong > 0) throw new Error(`${wrong} reads were no hits.`);
  const micros = (name: string) => ({ name, value: 1 / (speed.get(name) ?? Number.NaN) });
  const budget = { text: '≤ 1.5 ×', holds: (_: number, ratio: number) => ratio <= 1.5 };
  const reference = { ...micros('lstatSync'), name: 'lstatSync' };
  return [
    figure('one lstatSync', reference.value, 'µs'),
    figure('verified hit, one file, peek', micros('peek').value, 'µs', reference, budget),
    figure('verified hit, one file, awaited get', micros('get').value, 'µs', reference, budget),
  ];
}
