/** Keys as people read them: without the version of what computed them. */

/**
 * `analysis:outline:3:src/a.ts` → `analysis:outline:src/a.ts`: the version says little and costs the path its place.
 * In keys of others a number may be what tells them apart.
 */
export function withoutVersion(key: string): string {
  return key.replace(/^(analysis:[^:]+):\d[\d.]*(?=:)/, '$1');
}

/** The same in a sentence: `entry analysis:files-part:2:7 changed` → `entry analysis:files-part:7 changed`. */
export function withoutVersions(sentence: string): string {
  return sentence.replace(/\b(entry analysis:[^:\s]+):\d[\d.]*(?=:)/g, '$1');
}
