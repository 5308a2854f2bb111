import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findProgram, run } from './run.mjs';

/** @param {string} root */
const folder = (root) => join(root, '.valkey');

/** The environment with valkey-server on its path, where it is there. */
export function withValkey(root, env) {
  const programs = join(folder(root), 'usr/bin');
  return existsSync(programs) ? { ...env, PATH: env.PATH + delimiter + programs } : env;
}

/**
 * Unpacks Debian's valkey-server into `.valkey/`, without installing it: Debian 12 has it in its
 * backports only, and a test changes nobody's list of sources. Where it cannot be had, its tests are
 * left out; says in one line why, undefined when it is there.
 * @param {string} root
 * @param {string} log file for what apt says
 * @returns {Promise<string | undefined>}
 */
export async function fetchValkey(root, log) {
  if (findProgram('valkey-server') || existsSync(join(folder(root), 'usr/bin/valkey-server')))
    return undefined;
  if (!findProgram('apt-get') || !findProgram('dpkg')) return 'this is no Debian';
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (!codename) return 'this is no release of Debian';
  const suite = codename === 'bookworm' ? 'bookworm-backports' : codename;
  const work = mkdtempSync(join(tmpdir(), 'agent-cache-valkey-'));
  try {
    for (const part of ['lists/partial', 'archives/partial'])
      mkdirSync(join(work, part), { recursive: true });
    const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
    const list = join(work, 'sources.list');
    writeFileSync(list, `deb [signed-by=${keys}] http://deb.debian.org/debian ${suite} main\n`);
    const options = [
      `Dir::Etc::SourceList=${list}`,
      'Dir::Etc::SourceParts=-',
      `Dir::State::Lists=${join(work, 'lists')}`,
      `Dir::Cache::Archives=${join(work, 'archives')}`,
      'APT::Sandbox::User=root',
    ].flatMap((option) => ['-o', option]);
    let printed = '';
    for (const args of [['update'], ['download', 'valkey-server', 'valkey-tools']]) {
      const { code, output } = await run('apt-get', [...options, ...args], { cwd: work, limit: 120_000 });
      printed += output;
      writeFileSync(log, printed);
      if (code !== 0) return output.match(/^E: .+$/m)?.[0] ?? `apt-get ${args[0]} failed`;
    }
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
      const { code, output } = await run('dpkg', ['-x', join(work, file), folder(root)], { limit: 60_000 });
      if (code !== 0) return output.trim();
    }
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
