import { describe, expect, it } from 'vitest';
import { messageSchema } from '../../../src/vscode/panel-messages.ts';
import { restore } from '../../../webview/kept.ts';

const { view } = restore({});
const fits = (message: unknown) => messageSchema.safeParse(message).success;

describe('what the page says to the host', () => {
  it('fits as the page begins, and with what a person may choose', () => {
    expect(fits({ type: 'ready', view })).toBe(true);
    expect(fits({ type: 'view', view: { ...view, section: 'entries', entry: 'a:b' } })).toBe(true);
    expect(fits({ type: 'view', view: { ...view, entry: undefined } })).toBe(true);
    expect(fits({ type: 'invalidateKeys', keys: Array.from({ length: 10_000 }, (_, n) => `k:${n}`) })).toBe(
      true,
    );
    expect(fits({ type: 'markMatch', id: 'm1', marked: 'wrong' })).toBe(true);
    expect(fits({ type: 'view', view: { ...view, section: 'provider' } })).toBe(true);
    expect(fits({ type: 'openSetting', id: 'agentCache.memory.maxEntries' })).toBe(true);
    expect(fits({ type: 'muteAlert', name: 'hitRate of analysis < 60%', muted: true })).toBe(true);
    expect(fits({ type: 'view', view: { ...view, hotSpan: '5m' } })).toBe(true);
  });

  it.each([
    ['a section that is none', { type: 'view', view: { ...view, section: 'secrets' } }],
    ['too many rows', { type: 'view', view: { ...view, entries: { ...view.entries, count: 501 } } }],
    ['rows before the first', { type: 'view', view: { ...view, files: { ...view.files, from: -1 } } }],
    ['too many keys', { type: 'invalidateKeys', keys: Array.from({ length: 10_001 }, () => 'k') }],
    ['a span that is none', { type: 'view', view: { ...view, hotSpan: '2m' } }],
    ['an alert without a name', { type: 'muteAlert', name: '', muted: true }],
    ['no keys', { type: 'invalidateKeys', keys: [] }],
    ['a setting of somebody else', { type: 'openSetting', id: 'editor.fontSize' }],
    ['more in a setting than its name', { type: 'openSetting', id: 'agentCache.enabled @modified' }],
    ['a mark that is none', { type: 'markMatch', id: 'm1', marked: 'perhaps' }],
    ['a message that is none', { type: 'run', command: 'rm' }],
  ])('does not fit with %s', (_, message) => {
    expect(fits(message)).toBe(false);
  });
});
