import { describe, expect, it } from 'vitest';
import { ariaSort, sortedBy } from '../../../webview/entries/columns.ts';
import { gridAction } from '../../../webview/entries/grid-keys.ts';
import { sectionByKey } from '../../../webview/navigation/sections.ts';

const place = { active: 50, rows: 100, page: 20 };
const press = (key: string, modifiers = '', at = place) =>
  gridAction(
    {
      key,
      shiftKey: modifiers.includes('shift'),
      ctrlKey: modifiers.includes('ctrl'),
      metaKey: modifiers.includes('meta'),
      altKey: modifiers.includes('alt'),
    },
    at,
  );

describe('a key in the grid of entries', () => {
  it.each([
    ['ArrowDown', 51],
    ['ArrowUp', 49],
    ['PageDown', 70],
    ['PageUp', 30],
    ['Home', 0],
    ['End', 99],
  ])('%s moves to row %i, and takes the rows between along with Shift', (key, to) => {
    expect(press(key)).toEqual({ do: 'move', to, extend: false });
    expect(press(key, 'shift')).toEqual({ do: 'move', to, extend: true });
  });

  it('never leads out of the list', () => {
    expect(press('ArrowUp', '', { ...place, active: 0 })).toMatchObject({ to: 0 });
    expect(press('PageDown', '', { ...place, active: 95 })).toMatchObject({ to: 99 });
    expect(press('ArrowDown', '', { active: 0, rows: 0, page: 1 })).toBe(undefined);
  });

  it.each([
    ['Enter', '', 'open'],
    [' ', '', 'toggle'],
    ['Delete', '', 'invalidate'],
    ['Escape', '', 'clear'],
    ['a', 'ctrl', 'all'],
    ['A', 'meta', 'all'],
    ['c', 'ctrl', 'copy'],
    ['ContextMenu', '', 'menu'],
    ['F10', 'shift', 'menu'],
  ])('%s %s does %s', (key, modifiers, action) => {
    expect(press(key, modifiers)).toEqual({ do: action });
  });

  it.each([
    ['a', ''],
    ['F10', ''],
    ['Delete', 'ctrl'],
    ['ArrowDown', 'alt'],
    ['Tab', ''],
  ])('%s %s is left to others', (key, modifiers) => {
    expect(press(key, modifiers)).toBe(undefined);
  });
});

describe('the order of the entries', () => {
  const query = { filter: '', from: 0, count: 100 };

  it('is the one of a column at first, and then the other way round', () => {
    expect(sortedBy({ sort: 'key', descending: false }, { sort: 'hits', descends: true })).toEqual({
      sort: 'hits',
      descending: true,
    });
    expect(sortedBy({ sort: 'hits', descending: true }, { sort: 'hits', descends: true })).toEqual({
      sort: 'hits',
      descending: false,
    });
    expect(sortedBy({ sort: 'hits', descending: true }, { sort: 'key' })).toEqual({
      sort: 'key',
      descending: false,
    });
  });

  it('is told as what is read: the newest first is the age going up', () => {
    expect(ariaSort({ ...query, sort: 'bytes', descending: true }, 'bytes')).toBe('descending');
    expect(ariaSort({ ...query, sort: 'created', descending: true }, 'created')).toBe('ascending');
    expect(ariaSort({ ...query, sort: 'created', descending: true }, 'bytes')).toBe('none');
  });
});

describe('a key on the tabs', () => {
  it('leads to the neighbour, around the ends, and to the ends', () => {
    expect(sectionByKey('overview', 'ArrowRight')).toBe('entries');
    expect(sectionByKey('overview', 'ArrowLeft')).toBe('settings');
    expect(sectionByKey('settings', 'ArrowRight')).toBe('overview');
    expect(sectionByKey('misses', 'Home')).toBe('overview');
    expect(sectionByKey('misses', 'End')).toBe('settings');
    expect(sectionByKey('misses', 'Enter')).toBe(undefined);
  });
});
