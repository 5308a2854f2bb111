import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../sensitive/random.ts';
import { notebook, realSanitiser } from './notebook.ts';

const { get } = realSanitiser();
const token = `gh${'p_'}${new Random(5).word(36)}`;

/** All that is written below a folder. */
function writtenIn(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
  return files.map((file) => file + readFileSync(file, 'utf8')).join('\n');
}

describe('a secret', () => {
  it('in a note is refused, by its kind and not by its value, with what to do', async () => {
    const { notes, storage } = notebook({}, { sanitiser: get() });
    const refused = notes.remember({ key: 'k', text: `the token is ${token}` });
    await expect(refused).rejects.toMatchObject({
      code: 'secret',
      message:
        'The text holds a secret (github-token) and was not stored: write it without, or send "redact": true to have it taken out.',
    });
    expect(readdirSync(storage)).toEqual([]);
  });

  it('in a note is taken out for those who ask for it', async () => {
    const { notes, storage } = notebook({}, { sanitiser: get() });
    const { redacted } = await notes.remember({ key: 'k', text: `the token is ${token}.`, redact: true });
    expect(redacted).toEqual(['github-token']);
    expect(await notes.recall('k')).toMatchObject({ text: 'the token is [redacted: github-token].' });
    expect(writtenIn(storage)).not.toContain(token);
  });

  it('in a name is refused even then', async () => {
    const { notes, sessions } = notebook({}, { sanitiser: get() });
    const names = [{ key: token }, { tags: [token] }, { agent: token }, { files: [`${token}.txt`] }];
    for (const named of names) {
      const refused = notes.remember({ key: 'k', text: 't', redact: true, ...named });
      await expect(refused).rejects.toMatchObject({ code: 'secret' });
      await expect(refused).rejects.not.toThrow(token);
    }
    await expect(sessions.open({ id: token, redact: true })).rejects.toMatchObject({ code: 'secret' });
  });

  it('in a session is refused, or taken out', async () => {
    const { sessions, storage } = notebook({}, { sanitiser: get() });
    const state = { env: { TOKEN: token } };
    await expect(sessions.open({ id: 's', state })).rejects.toMatchObject({ code: 'secret' });
    await sessions.open({ id: 's' });
    const messages = [{ role: 'tool', content: { output: [`TOKEN=${token}`, 'PORT=80'] } }];
    const hidden = '[redacted: github-token]';
    await expect(sessions.append('s', messages)).rejects.toMatchObject({ code: 'secret' });
    await expect(sessions.state('s', { patch: state })).rejects.toMatchObject({ code: 'secret' });
    await expect(sessions.state('s', { replace: state })).rejects.toMatchObject({ code: 'secret' });
    expect(await sessions.read('s')).toMatchObject({ total: 0, state: {} });
    const { redacted } = await sessions.append('s', messages, { redact: true });
    expect(redacted).toEqual(['github-token']);
    await sessions.state('s', { patch: state }, { redact: true });
    expect(await sessions.read('s')).toMatchObject({
      state: { env: { TOKEN: hidden } },
      messages: [{ role: 'tool', content: { output: [`TOKEN=${hidden}`, 'PORT=80'] } }],
    });
    expect(writtenIn(storage)).not.toContain(token);
  });

  it('that nobody can look for keeps everything out', async () => {
    const sanitise = () => Promise.reject(new Error('The scanner takes too long.'));
    const { notes, sessions, storage } = notebook({}, { sanitiser: { sanitise } });
    const unchecked = { code: 'unchecked', message: expect.stringMatching(/takes too long.*with less text/) };
    await expect(notes.remember({ key: 'k', text: 't', redact: true })).rejects.toMatchObject(unchecked);
    await expect(sessions.open({ id: 's' })).rejects.toMatchObject(unchecked);
    expect(readdirSync(storage)).toEqual([]);
  });
});
