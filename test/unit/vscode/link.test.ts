import { describe, expect, it } from 'vitest';
import { LinkError, lookOf } from '../../../src/vscode/link.ts';

const look = (path: string, query: Record<string, string> = {}) =>
  lookOf({ path, query: new URLSearchParams(query).toString() });

describe('a link into the panel', () => {
  it.each([
    [
      '/entry',
      { key: 'analysis:outline:1:src/a b.ts' },
      { section: 'entries', entry: 'analysis:outline:1:src/a b.ts' },
    ],
    [
      '/tags',
      { tag: 'folder/src:x' },
      { section: 'tags', expandedTags: ['folder', 'folder/src', 'folder/src:x'] },
    ],
    ['/section', { name: 'misses' }, { section: 'misses' }],
    [
      '/files',
      { file: 'src/ä.ts' },
      {
        section: 'files',
        files: { filter: 'src/ä.ts', sort: 'path', descending: false, from: 0, count: 100 },
      },
    ],
  ])('%s shows what it names', (path, query, expected) => {
    expect(look(path, query as Record<string, string>)).toEqual(expected);
  });

  it.each([
    ['/', {}, 'The link leads nowhere: there are /entry, /files, /tags, /section.'],
    ['/constructor', {}, /leads nowhere/],
    ['/entry', {}, 'The link names no key.'],
    ['/entry', { key: '' }, 'The link names no key.'],
    ['/entry', { key: 'outline' }, 'The key in the link is no key: expected "namespace:id".'],
    ['/entry', { key: `a:${'x'.repeat(5000)}` }, 'The key in the link is too long.'],
    ['/files', {}, 'The link names no file.'],
    ['/tags', { file: 'a' }, 'The link names no tag.'],
    ['/section', { name: 'secrets' }, /^The link names no section: there are overview, /],
  ])('%s %j is refused in one sentence', (path, query, sentence) => {
    const refused = () => look(path, query as Record<string, string>);
    expect(refused).toThrow(LinkError);
    expect(refused).toThrow(sentence);
  });
});
