import { describe, expect, it } from 'vitest';
import { MUTE_MS, Mutes } from '../../../../src/insight/alerts/mutes.ts';

/** Mutes over what is kept, with a clock that the test moves. */
function muting(kept: unknown = undefined) {
  const state = { kept, now: 1_000_000 };
  const save = (mutes: unknown) => {
    state.kept = mutes;
  };
  const open = () => new Mutes({ read: () => state.kept, save }, () => state.now);
  return { state, open };
}

describe('a mute', () => {
  it('lasts a day, also over a restart', () => {
    const { state, open } = muting();
    const until = open().mute('slow');
    expect(until).toBe(state.now + MUTE_MS);
    const next = open();
    expect(next.until('slow')).toBe(until);
    state.now = until - 1;
    expect(next.until('slow')).toBe(until);
    state.now = until;
    expect(next.until('slow')).toBeUndefined();
  });

  it('can be ended', () => {
    const { open } = muting();
    const mutes = open();
    mutes.mute('slow');
    mutes.unmute('slow');
    expect(mutes.until('slow')).toBeUndefined();
    expect(open().until('slow')).toBeUndefined();
  });

  it.each([[undefined], [null], ['slow'], [{ slow: 'for ever' }], [[1]]])('is none in %j', (kept) => {
    expect(muting(kept).open().until('slow')).toBeUndefined();
  });

  it('of a clock that ran ahead lasts a day at the most', () => {
    const { state, open } = muting({ slow: 1e15 });
    expect(open().until('slow')).toBe(state.now + MUTE_MS);
  });

  it('that has ended is forgotten, and at most fifty are kept: the last', () => {
    const { state, open } = muting();
    const mutes = open();
    mutes.mute('old');
    state.now += MUTE_MS;
    for (let i = 0; i < 60; i++) mutes.mute(`rule ${i}`);
    const names = Object.keys(state.kept as object);
    expect(names).toHaveLength(50);
    expect(names.at(0)).toBe('rule 10');
    expect(names.at(-1)).toBe('rule 59');
  });
});
