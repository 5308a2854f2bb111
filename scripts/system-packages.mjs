import { writeFileSync } from 'node:fs';
import { findProgram, Refusal, run } from './run.mjs';

/**
 * Installs programs that tests need and npm does not have.
 * @param {string[]} names Debian's
 * @param {string} log file for what apt says
 */
export async function installPrograms(names, log) {
  const wanted = names.includes('chromium') ? [...names, 'fonts-liberation'] : names;
  const command = `apt-get install -y --no-install-recommends ${wanted.join(' ')}`;
  if (!findProgram('apt-get') || process.getuid?.() !== 0) {
    throw new Refusal(`The tests need ${names.join(', ')}: install them (Debian: sudo ${command})`);
  }
  // At run level 1 the servers among them are installed without being started.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  let printed = '';
  for (const line of ['apt-get update', command]) {
    const [program, ...args] = line.split(' ');
    const { code, output } = await run(program, args, { env, limit: 600_000 });
    printed += output;
    writeFileSync(log, printed);
    if (code !== 0) {
      const reason = output.match(/^E: .+$/m)?.[0] ?? 'no reason given';
      throw new Refusal(`${line} failed: ${reason} — its whole output is in ${log}`);
    }
  }
}
