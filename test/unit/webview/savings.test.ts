import { describe, expect, it } from 'vitest';
import type { Saved } from '../../../src/protocol/savings.ts';
import { dayFigure, stretchesOf } from '../../../webview/savings/day-bars.ts';
import { FIGURES } from '../../../webview/savings/figures.ts';

const read = (saved: Saved) => FIGURES.map((figure) => figure.text(saved) ?? 'unknown');
const why = (saved: Saved) => FIGURES.map((figure) => figure.note(saved));

describe('what was saved', () => {
  it('reads with units', () => {
    const saved: Saved = {
      calls: 18_754,
      measured: 18_754,
      ms: 6 * 3_600e3,
      tokens: { input: 1_200_000, output: 34_000 },
      money: { amount: 206.294, currency: 'USD' },
    };
    expect(read(saved)).toEqual(['18,754', '6.0 h', '1.2M', '$206.29']);
    expect(why(saved)[1]).toBe('What computing these answers had taken, measured for each.');
    expect(why(saved)[2]).toMatch(/^1,200,000 input and 34,000 output tokens/);
  });

  it('is unknown where nothing was measured, and says why', () => {
    const saved: Saved = { calls: 12, measured: 0, modelCalls: 12 };
    expect(read(saved)).toEqual(['12', 'unknown', 'unknown', 'unknown']);
    expect(why(saved).slice(1)).toEqual([
      'No answer had its computing time measured when it was computed.',
      'The provider counted the tokens of none of these model calls.',
      'Without counted tokens there is nothing to price.',
    ]);
    const unpriced: Saved = { ...saved, tokens: { input: 1, output: 1 } };
    expect(why(unpriced)[3]).toBe('No price is known for the models whose tokens were counted.');
  });

  it('has no tokens to be known where no model would have been asked', () => {
    const saved: Saved = { calls: 12, measured: 0 };
    expect(FIGURES.map(({ needless }) => needless?.(saved) ?? false)).toEqual([false, false, true, true]);
    expect(why(saved)[3]).toBe('None of these answers stood in for a call of a model.');
    expect(FIGURES.map(({ needless }) => needless?.({ ...saved, modelCalls: 1 }) ?? false)).not.toContain(
      true,
    );
  });

  it('says of how many model calls tokens and price are known, where not of all', () => {
    const tokens = { input: 10, output: 2 };
    const money = { amount: 1, currency: 'USD' } as const;
    const saved: Saved = { calls: 20, measured: 20, modelCalls: 15, counted: 12, priced: 9, tokens, money };
    expect(why(saved)[2]).toMatch(/not made, counted for 12 of 15 of them\.$/);
    expect(why(saved)[3]).toMatch(/priced for 9 of 15 of them\.$/);
    expect(why({ ...saved, counted: 15, priced: 15 }).join(' ')).not.toContain(' of 15');
  });

  it('is 0 only where 0 was measured', () => {
    const saved: Saved = {
      calls: 1,
      measured: 1,
      ms: 0,
      tokens: { input: 0, output: 0 },
      money: { amount: 0, currency: 'USD' },
    };
    expect(read(saved)).toEqual(['1', '0 ms', '0', '$0.00']);
    expect(read({ ...saved, money: { amount: 0.004, currency: 'USD' } })[3]).toBe('<$0.01');
  });

  it('says of how many answers the time was measured', () => {
    expect(why({ calls: 1_000, measured: 840, ms: 5 })[1]).toBe(
      'Measured for 840 of 1,000 answers (84.0%); the others are not in it.',
    );
  });
});

describe('the days', () => {
  const day = (month: number, date: number) => new Date(2026, month - 1, date).getTime();

  it('have the quiet ones in between', () => {
    const stretches = stretchesOf([
      { t: day(3, 27), calls: 5, ms: 50 },
      { t: day(3, 30), calls: 1 },
    ]);
    expect(stretches.map(({ from }) => new Date(from).getDate())).toEqual([27, 28, 29, 30]);
    expect(stretches.map(({ calls }) => calls)).toEqual([5, 0, 0, 1]);
    expect(stretches.map(({ ms }) => ms)).toEqual([50, undefined, undefined, undefined]);
  });

  it.each([60, 61, 365, 1_000, 4_000])('are at most 60 bars, and none is lost: %d days', (count) => {
    const days = Array.from({ length: count }, (_, index) => ({ t: day(1, 1 + index), calls: 1, ms: 2 }));
    const stretches = stretchesOf(days);
    expect(stretches.length).toBeLessThanOrEqual(60);
    expect(stretches.reduce((sum, { calls }) => sum + calls, 0)).toBe(count);
    expect(stretches.reduce((sum, { ms = 0 }) => sum + ms, 0)).toBe(2 * count);
    expect(stretches.at(-1)?.to).toBe(days.at(-1)?.t);
  });

  it('are a sentence and a table, newest first, where what is unknown says so', () => {
    const figure = dayFigure([
      { t: day(2, 1), calls: 1_200, ms: 90_000 },
      { t: day(2, 3), calls: 7 },
    ]);
    expect(figure.label).toBe('Answers from the cache, 2026-02-01 to 2026-02-03: 1,207.');
    expect(figure.rows.map(({ cells }) => cells)).toEqual([
      ['2026-02-03', '7', 'unknown'],
      ['2026-02-02', '0', '–'],
      ['2026-02-01', '1,200', '1.5 min'],
    ]);
    expect(dayFigure([]).rows).toEqual([]);
  });
});
