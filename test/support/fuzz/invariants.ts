import type { FileLevel } from '../../../src/cache/file-level.ts';
import { lineage } from '../../../src/freshness/generations.ts';
import { StampGuard } from '../../../src/freshness/stamp-guard.ts';
import type { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';

/** What does not add up in a cache at rest: every index counted again from the entries. */
export async function contradictions(
  { cache, tags, dependents, inputs, generations }: WorkspaceCache,
  limits: { readonly entries: number; readonly bytes: number },
  live: ReadonlySet<string>,
  file: FileLevel | undefined,
): Promise<string[]> {
  const found: string[] = [];
  const equal = (what: string, is: unknown, counted: unknown) => {
    const [one, other] = [JSON.stringify(is), JSON.stringify(counted)];
    if (one !== other) found.push(`${what}: ${one}, counted ${other}`);
  };
  const entries = [...cache.entries()];
  equal('keys told to the observer', [...live].sort(), entries.map(({ key }) => key).sort());

  const byNamespace = new Map([...cache.namespaces].map(({ name }) => [name, { entries: 0, bytes: 0 }]));
  for (const { namespace, bytes } of entries) {
    const counted = byNamespace.get(namespace.name) ?? { entries: 0, bytes: 0 };
    byNamespace.set(namespace.name, { entries: counted.entries + 1, bytes: counted.bytes + bytes });
  }
  const told = [...cache.namespaces].map(({ name, entries, bytes }) => [name, { entries, bytes }]);
  equal('entries by namespace', told, [...byNamespace]);

  const older = [...cache.olderResults()];
  const inMemory = [...entries.filter((entry) => entry.inMemory), ...older];
  const bytes = inMemory.reduce((sum, entry) => sum + Math.max(1, entry.bytes), 0);
  equal('memory', [cache.memory.entries, cache.memory.bytes], [inMemory.length, bytes]);
  if (cache.memory.entries > limits.entries || cache.memory.bytes > limits.bytes)
    found.push('memory is beyond its bounds');

  const byTag = new Map<string, [number, number]>();
  const byPath = new Map<string, string[]>();
  for (const entry of entries) {
    for (const tag of new Set(entry.stamp.marks.tags.flatMap(lineage))) {
      const [count, sum] = byTag.get(tag) ?? [0, 0];
      byTag.set(tag, [count + 1, sum + entry.bytes]);
    }
    for (const dependency of entry.stamp.dependencies) {
      if (!('path' in dependency)) continue;
      const { path, on } = dependency;
      const keys = byPath.get(path) ?? [];
      byPath.set(path, keys);
      const { dependencies } = entry.stamp;
      const content = dependencies.find((one) => one.on === 'content' && one.path === path);
      if (on === 'content' && content?.on === 'content' && content.digest !== null) keys.push(entry.key);
    }
  }
  const counts = [...byTag].sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = tags.all().map((count) => [count.tag, [count.entries, count.bytes]]);
  equal('tags', shown, counts);
  equal('paths with dependents', [...dependents.paths()].sort(), [...byPath.keys()].sort());
  for (const [path, keys] of byPath) {
    const indexed = dependents.of(path).map(({ key }) => key);
    equal(`dependents of ${path}`, indexed.sort(), keys.sort());
  }

  const guard = new StampGuard(inputs, generations);
  for (const { key, inMemory, inFile, stamp } of entries) {
    if (!inMemory && !inFile) found.push(`${key} is listed, and on no level`);
    if (!file || !inFile) continue;
    const stored = await file.variants(key);
    if (!stored.some(({ id }) => id === guard.variant(stamp)))
      found.push(`${key} is listed as stored, and is not`);
  }
  return found;
}
