import { join } from 'node:path';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { openNotes } from '../../../src/notes/open.ts';
import { Witness } from '../../support/witness.ts';
import { textOf } from './texts.ts';

/**
 * A process that writes notes, messages and states, so many times or until it is killed, and says on
 * stdout what was acknowledged, one line each: `note KEY VERSION`, `message ID NAME VERSION`, `state
 * ID NAME VERSION`. Arguments: workspace folder, storage, name, first version, count.
 */
const [root = '', storage = '', name = '', first, count] = process.argv.slice(2);

function failed(error: Error): void {
  console.error(error.stack);
  process.exitCode = 2;
}

const { notes, sessions } = openNotes({
  storage,
  workspace: new WorkspaceCache({ disk: new FolderDisk(root), observer: new Witness() }),
  sanitiser: { sanitise: async (value) => ({ value, found: [] }) },
  problem: failed,
});
const tell = (line: string) => process.stdout.write(`${line}\n`); // synchronous: a pipe

async function work(): Promise<void> {
  await sessions.open({ id: 'common' });
  for (let version = Number(first); version < Number(first) + Number(count); version++) {
    const text = textOf(name, version);
    await Promise.all([
      notes
        .remember({ key: name, text, files: [join('src', 'a.ts')] })
        .then(() => tell(`note ${name} ${version}`)),
      notes.remember({ key: 'contested', text }).then(() => tell(`note contested ${version}`)),
      sessions
        .append('common', [{ role: name, content: { version, text } }])
        .then(() => tell(`message common ${name} ${version}`)),
      sessions
        .state('common', { patch: { [name]: version, last: { [name]: text } } })
        .then(() => tell(`state common ${name} ${version}`)),
    ]);
  }
}

work().catch(failed);
