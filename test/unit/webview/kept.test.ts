import { describe, expect, it } from 'vitest';
import { filterTerm } from '../../../webview/filter-term.ts';
import { restore } from '../../../webview/kept.ts';

describe('what the page kept', () => {
  it('falls back to its default where it does not fit', () => {
    const { view, ...kept } = restore({
      view: {
        range: '2y',
        section: 'nowhere',
        entries: { filter: 7, sort: 'bytes', descending: 'yes', from: 900, count: 1e9 },
        expandedTags: [1, 'a'],
        entry: '',
      },
      scroll: { entries: 40, nowhere: 3, tags: 'x' },
      scrollY: 12,
    });
    expect(view).toEqual({
      range: '5m',
      hotSort: 'hits',
      hotSpan: 'stored',
      expandedTags: ['a'],
      section: 'overview',
      entries: { filter: '', sort: 'bytes', descending: false, from: 0, count: 100 },
      files: { filter: '', sort: 'entries', descending: true, from: 0, count: 100 },
      period: '7d',
    });
    expect(kept.scroll).toEqual({ entries: 40 });
    expect(restore(null).view).toEqual(restore({}).view);
  });

  it('has the place where the person was', () => {
    const { view } = restore({ view: { section: 'entries', entry: 'a:b', entries: { filter: 'outline' } } });
    expect(view).toMatchObject({ section: 'entries', entry: 'a:b', entries: { filter: 'outline' } });
  });
});

describe('a term of the filter', () => {
  it('is quoted where it has to be', () => {
    expect(filterTerm('tag', 'language/typescript')).toBe('tag:language/typescript');
    expect(filterTerm('file', 'src/my file.ts')).toBe('file:"src/my file.ts"');
    expect(filterTerm('tag', 'a"b')).toBe('tag:"a\\"b"');
  });
});
