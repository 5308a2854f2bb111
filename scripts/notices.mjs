import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes dist/THIRD_PARTY_NOTICES.txt: the licence of every package that ended up in a bundle, as
 * most of them demand of whoever passes their code on.
 * @param {string} root of the repository
 * @param {import('esbuild').Metafile[]} metas
 * @param {string[]} copied packages whose files are shipped without being bundled
 */
export function writeNotices(root, metas, copied) {
  const folders = new Set(copied.map((name) => `node_modules/${name}`));
  for (const output of metas.flatMap((meta) => Object.values(meta.outputs))) {
    for (const input of Object.keys(output.inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (folder) folders.add(folder);
    }
  }
  const notices = [...folders].sort().map((folder) => notice(join(root, folder)));
  writeFileSync(join(root, 'dist/THIRD_PARTY_NOTICES.txt'), `${notices.join(`\n${'-'.repeat(80)}\n\n`)}`);
}

/** @param {string} folder of an installed package */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const texts = files
    .filter(
      (file) => /^(licen[cs]e|notice|copying)/i.test(file) && /(^[^.]+|\.(md|txt|bsd|libcxx))$/i.test(file),
    )
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
