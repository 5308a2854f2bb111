import { expect, it } from 'vitest';
import { AtMost } from '../../../src/freshness/at-most.ts';

it('runs so much at a time, in the order of the calls, whatever fails', async () => {
  const gate = new AtMost(3);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const all = Array.from({ length: 20 }, (_, i) =>
    gate.run(async () => {
      begun.push(i);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      if (i % 4 === 0) throw new Error(`${i}`);
      return i;
    }),
  );
  const ended = await Promise.allSettled(all);
  expect(most).toBe(3);
  expect(begun).toEqual([...begun].sort((a, b) => a - b));
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  expect(await gate.run(async () => 'free again')).toBe('free again');
});
