import { describe, expect, it } from 'vitest';
import { fieldFilter } from '../../../webview/field-filter.ts';

describe('a filter by one field', () => {
  it.each([
    ['src/a.ts', 'file:src/a.ts'],
    ['docs/my notes.md', 'file:"docs/my notes.md"'],
    ['odd "name".md', 'file:"odd \\"name\\".md"'],
  ])('of %s is %s', (path, filter) => expect(fieldFilter('file', path)).toBe(filter));
});
