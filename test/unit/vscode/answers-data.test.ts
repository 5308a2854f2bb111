import { describe, expect, it } from 'vitest';
import { answersData, markMatch, providerData } from '../../../src/vscode/answers-data.ts';
import { answers, NO_TRANSCRIPTS } from '../../e2e/webview-harness/answers-data.ts';

describe('what the panel shows of model answers', () => {
  it('is off where the parts are absent, with what was saved before', async () => {
    const { models } = answers(0);
    expect(await answersData({}, models)).toMatchObject({ proxy: 'off', doors: [], models });
    expect(await providerData({})).toMatchObject({ state: 'off', rows: [] });
    await expect(markMatch({}, 'm1', 'wrong')).rejects.toThrow('nothing to mark');
  });

  it('is put together from the requests, the matches and what was saved', async () => {
    const { matches, matching, models, ...requests } = answers(3);
    const marked: string[] = [];
    const parts = {
      answers: { data: () => requests },
      matching: {
        data: async () => ({ matches, matching }),
        mark: (id: string, mark: string) => marked.push(`${id} ${mark}`) === 1,
      },
      transcripts: { data: () => NO_TRANSCRIPTS },
    };
    expect(await answersData(parts, models)).toEqual(answers(3));
    expect(await providerData(parts)).toBe(NO_TRANSCRIPTS);
    await markMatch(parts, 'm1', 'right');
    expect(marked).toEqual(['m1 right']);
    await expect(markMatch(parts, 'm2', 'right')).rejects.toThrow('not listed any more');
  });
});
