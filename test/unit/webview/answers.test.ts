import { describe, expect, it } from 'vitest';
import type { AnswersData } from '../../../src/protocol/answers.ts';
import { COUNTS, hasHistory, matchingText, rateOf, storedText } from '../../../webview/answers/counts.ts';
import { formatSimilarity, formatWhy } from '../../../webview/answers/statuses.ts';
import { ANSWERS_OFF, answers, NO_ANSWERS } from '../../e2e/webview-harness/answers-data.ts';

const counts = (some: Partial<AnswersData['counts']>): AnswersData => ({
  ...NO_ANSWERS,
  counts: { ...NO_ANSWERS.counts, ...some },
});

describe('the numbers of model answers', () => {
  it('rate the requests that were looked up: what was passed by, joined or failed is no miss', () => {
    const data = counts({
      requests: 100,
      hits: 30,
      similar: 10,
      misses: 40,
      joined: 5,
      bypassed: 12,
      failed: 3,
    });
    expect(rateOf(data)).toEqual({
      number: '50.0%',
      of: 'hit rate of 80 requests that were looked up, since the window opened',
    });
    expect(COUNTS.map(({ text }) => text(data))).toEqual(['30', '10', '5', '40', '12', '3']);
  });

  it('have no rate where nothing was looked up', () => {
    expect(rateOf(NO_ANSWERS).number).toBe('–');
    expect(rateOf(counts({ requests: 4, bypassed: 4 }))).toEqual({
      number: '–',
      of: 'hit rate of 0 requests that were looked up, since the window opened',
    });
  });

  it('say what is kept, and who finds similar questions', () => {
    expect(storedText(answers(1))).toBe('731 answers, 9.4 MB');
    expect(storedText({ ...NO_ANSWERS, stored: { entries: 1, bytes: 812 } })).toBe('1 answer, 812 B');
    expect(matchingText(answers(1))).toMatch(/^640 questions are known\. The model nomic-embed-text tells/);
    const semantic = { ...NO_ANSWERS, strategy: 'semantic' as const };
    expect(matchingText(semantic)).toMatch(/^0 questions are known\. Without a model that embeds/);
    expect(matchingText(NO_ANSWERS)).toMatch(
      /not looked for, unless .*: the strategy of the namespace response is exact/,
    );
    // One agent alone has the strategy.
    const ofOneAgent = { ...answers(1), strategy: 'exact' as const };
    expect(matchingText(ofOneAgent)).toMatch(/^640 questions are known\./);
    expect(matchingText({ ...NO_ANSWERS, matching: { questions: 1 } })).toMatch(/^1 question is known\./);
  });

  it('are shown while the proxy is off only where there are any', () => {
    expect(hasHistory(ANSWERS_OFF)).toBe(false);
    expect(hasHistory(NO_ANSWERS)).toBe(false);
    expect(hasHistory({ ...ANSWERS_OFF, models: answers(1).models })).toBe(true);
    expect(hasHistory({ ...ANSWERS_OFF, stored: { entries: 1, bytes: 1 } })).toBe(true);
  });

  it('name the reason of a miss as the misses do', () => {
    expect(formatWhy('never-cached')).toBe('Never cached');
    expect(formatWhy('changed: src/a.ts changed: twice')).toBe('Input changed: src/a.ts changed: twice');
    expect(formatWhy('temperature is 1')).toBe('temperature is 1');
  });

  it.each([
    [1, '1.00'],
    [0.999, '0.99'],
    [0.92, '0.92'],
    [0.57, '0.57'],
    [0, '0.00'],
  ])('never round a similarity of %d up', (similarity, text) => {
    expect(formatSimilarity(similarity)).toBe(text);
  });
});
