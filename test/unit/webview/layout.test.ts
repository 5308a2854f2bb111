import { describe, expect, it } from 'vitest';
import { graphHeight, lineBetween, middles, NODE_STEP } from '../../../webview/entry/graph-layout.ts';
import { placeMenu } from '../../../webview/menu/place.ts';

describe('the dependency graph', () => {
  it('is as high as its fuller side, and never without the entry itself', () => {
    expect(graphHeight(5, 2)).toBe(5 * NODE_STEP);
    expect(graphHeight(0, 0)).toBe(NODE_STEP);
  });

  it('has each column in the middle, its nodes one step apart', () => {
    const height = graphHeight(3, 1);
    expect(middles(3, height)).toEqual([14, 42, 70]);
    expect(middles(1, height)).toEqual([42]);
    expect(middles(0, height)).toEqual([]);
  });

  it('is joined by lines that leave and arrive level', () => {
    expect(lineBetween(14, 42, 48)).toBe('M0 14C24 14 24 42 48 42');
  });
});

describe('a menu', () => {
  const menu = { width: 180, height: 120 };
  const room = { width: 300, height: 400 };

  it('opens below and right of the point, or on its other side', () => {
    expect(placeMenu({ x: 10, y: 20 }, menu, room)).toEqual({ x: 10, y: 20 });
    expect(placeMenu({ x: 250, y: 390 }, menu, room)).toEqual({ x: 70, y: 270 });
  });

  it('stays in a window that is too small for both sides', () => {
    expect(placeMenu({ x: 150, y: 60 }, menu, { width: 200, height: 100 })).toEqual({ x: 0, y: 0 });
  });
});
