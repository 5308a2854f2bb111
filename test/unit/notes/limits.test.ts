import { describe, expect, it } from 'vitest';
import type { Limits } from '../../../src/notes/limits.ts';
import { openNotes } from '../../../src/notes/open.ts';
import { notebook, realSanitiser } from './notebook.ts';

const { get } = realSanitiser();

/** Notes and sessions whose limits are those of `limits` at each moment. */
function bounded() {
  const { workspace, storage, problems } = notebook({}, { sanitiser: get() });
  const limits: { -readonly [L in keyof Limits]?: Limits[L] } = {};
  const problem = ({ message }: Error) => problems.push(message);
  const opened = openNotes({ workspace, storage, problem, sanitiser: get(), limits: () => limits });
  return { ...opened, limits, problems };
}

describe('limits that are set while notes and sessions are open', () => {
  it('hold from the next call on', async () => {
    const { notes, sessions, limits } = bounded();
    limits.textBytes = 3;
    await expect(notes.remember({ key: 'a', text: 'four' })).rejects.toThrow('3 at the most');
    limits.textBytes = 4;
    await notes.remember({ key: 'a', text: 'four' });
    limits.notes = 1;
    await expect(notes.remember({ key: 'b', text: 't' })).rejects.toThrow('1 at the most');
    limits.forgotten = 0;
    await notes.forget('a');
    await expect(notes.restore('a')).rejects.toThrow('only the last 0 forgotten ones');
    limits.sessions = 1;
    await sessions.open({ id: 's' });
    await expect(sessions.open({ id: 't' })).rejects.toThrow('1 at the most');
    limits.messageBytes = 3;
    await expect(sessions.append('s', [{ role: 'user', content: 'text' }])).rejects.toThrow('3 at the most');
    limits.stateBytes = 3;
    await expect(sessions.state('s', { replace: { a: 1 } })).rejects.toThrow('3 at the most');
  });

  it('that are lower than before take nothing away that is there', async () => {
    const { notes, sessions, limits, problems } = bounded();
    await notes.remember({ key: 'k', text: 'x'.repeat(60_000) });
    await sessions.open({ id: 's', state: { text: 'x'.repeat(900_000) } });
    await sessions.append('s', [{ role: 'user', content: 'x'.repeat(200_000) }]);
    Object.assign(limits, {
      textBytes: 10,
      files: 1,
      notes: 1,
      messageBytes: 10,
      stateBytes: 10,
      history: 1,
    });
    expect(await notes.recall('k')).toMatchObject({ stale: false });
    expect(await sessions.read('s')).toMatchObject({ total: 1, messages: [{ role: 'user' }] });
    expect((await sessions.read('s')).state.text).toHaveLength(900_000);
    await notes.remember({ key: 'k', text: 'short' });
    expect(await notes.recall('k')).toMatchObject({ text: 'short' });
    expect(problems).toEqual([]);
  });
});
