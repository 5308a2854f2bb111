/** Namespaces whose keys name a version, see `keys/builders.ts`; those of analyses name the analysis before it. */
const VERSIONED = new Set(['prompt', 'module', 'context', 'result', 'response', 'tool']);
const ANALYSIS = 'analysis';

/** Groups that are followed, and versions remembered of each: the last ones met. */
const MOST_GROUPS = 1000;
const MOST_VERSIONS = 8;

/** Whether keys of the namespace may name a version. */
export function namesVersions(namespace: string): boolean {
  return namespace === ANALYSIS || VERSIONED.has(namespace);
}

interface Parts {
  /** What the version is of: `analysis:outline`, `result`. */
  readonly group: string;
  readonly version: string;
  readonly rest: string;
}

/**
 * Which versions keys have named, so that a key that was never cached can be told from one that is
 * cached under another version. What it holds grows with the versions, not with the keys.
 */
export class Versions {
  readonly #byGroup = new Map<string, string[]>();

  meet(key: string): void {
    const parts = partsOf(key);
    if (!parts) return;
    const versions = this.#byGroup.get(parts.group);
    if (!versions) {
      if (this.#byGroup.size < MOST_GROUPS) this.#byGroup.set(parts.group, [parts.version]);
    } else if (!versions.includes(parts.version)) {
      versions.unshift(parts.version);
      versions.length = Math.min(versions.length, MOST_VERSIONS);
    }
  }

  /** The same key under the other versions that were met, and how the difference reads. */
  *others(key: string): Generator<{ readonly key: string; readonly difference: string }> {
    const parts = partsOf(key);
    if (!parts) return;
    const { group, version, rest } = parts;
    for (const other of this.#byGroup.get(group) ?? []) {
      if (other === version) continue;
      const difference = `cached under version ${other} of ${group}, asked for under version ${version}`;
      yield { key: `${group}:${other}:${rest}`, difference };
    }
  }
}

/** Undefined for a key that names no version. */
function partsOf(key: string): Parts | undefined {
  const first = key.indexOf(':');
  const namespace = key.slice(0, first);
  const start = namespace === ANALYSIS ? key.indexOf(':', first + 1) : VERSIONED.has(namespace) ? first : -1;
  const end = start < 0 ? -1 : key.indexOf(':', start + 1);
  if (end < 0) return undefined;
  return { group: key.slice(0, start), version: key.slice(start + 1, end), rest: key.slice(end + 1) };
}
