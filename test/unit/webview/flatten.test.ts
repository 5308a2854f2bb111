import { describe, expect, it } from 'vitest';
import type { TagNode } from '../../../src/protocol.ts';
import { holdOrder } from '../../../webview/hold-order.ts';
import { flatten } from '../../../webview/tags/flatten.ts';

const node = (tag: string, hasChildren = false): TagNode => ({
  tag,
  label: tag.slice(tag.lastIndexOf('/') + 1),
  entries: 1,
  bytes: 1,
  hasChildren,
});

describe('the rows of the tag tree', () => {
  it('follow their parents, with level and position', () => {
    const tags = { '': [node('a', true), node('b')], a: [node('a/x'), node('a/y', true)] };
    const rows = flatten(tags, ['a'], new Map());
    expect(rows).toMatchObject([
      { id: 'tag:a', level: 1, position: 1, siblings: 2, expanded: true, loading: false },
      { id: 'tag:a/x', level: 2, position: 1, siblings: 2 },
      { id: 'tag:a/y', level: 2, position: 2, siblings: 2, expanded: false },
      { id: 'tag:b', level: 1, position: 2, siblings: 2 },
    ]);
    expect(rows.map((row) => 'expanded' in row)).toEqual([true, false, true, false]);
  });

  it('wait for children that have not arrived', () => {
    expect(flatten({ '': [node('a', true)] }, ['a'], new Map())).toMatchObject([
      { expanded: true, loading: true },
    ]);
  });

  it('ignore an expanded tag that has no children any more', () => {
    const [row] = flatten({ '': [node('a')], a: [node('a/x')] }, ['a'], new Map());
    expect(row).not.toHaveProperty('expanded');
  });

  it('show some of many siblings, and more on request', () => {
    const tags = { '': Array.from({ length: 1_500 }, (_, index) => node(`t${index}`)) };
    const rows = flatten(tags, [], new Map());
    expect(rows).toHaveLength(201);
    expect(rows.at(-1)).toMatchObject({ kind: 'more', parent: '', hidden: 1_300 });
    expect(rows[0]).toMatchObject({ siblings: 1_500 });
    expect(flatten(tags, [], new Map([['', 1]])).at(-1)).toMatchObject({ kind: 'more', hidden: 300 });
    expect(flatten(tags, [], new Map([['', 2]]))).toHaveLength(1_500);
  });
});

describe('holding the order', () => {
  it('keeps rows where they are and puts new ones last', () => {
    expect(holdOrder(['a', 'b', 'c'], ['c', 'new', 'b', 'a'], (key) => key)).toEqual(['a', 'b', 'c', 'new']);
  });
  it('lets rows go', () => expect(holdOrder(['a', 'b'], ['b'], (key) => key)).toEqual(['b']));
});
