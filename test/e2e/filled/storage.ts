/** A cache that has been used for long: tens of thousands of entries, stored before VS Code opens it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_MEMORY_LIMITS } from '../../../src/cache/memory-level.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { claimStorage } from '../../../src/engine/storage.ts';

const MEGABYTE = 1024 * 1024;
/** Entries that are stored side by side. */
const AT_ONCE = 500;
/** So many of the entries rest on files, the first ones; the others on their lifetime and tags alone. */
const RESTING = 5_000;
const FILES = 200;
const PACKAGES = 20;
const KINDS = ['summary', 'review', 'types', 'tests', 'risks'] as const;
/** Those whose entries live for an hour at the least: a slow machine takes its time. */
const NAMESPACES = ['result', 'context', 'model', 'module'] as const;

/** Path of the nth of the files that the entries rest on, in packages of ten. */
export function filePath(nth: number): string {
  const of = nth % FILES;
  return `src/package-${String(of % PACKAGES).padStart(2, '0')}/module-${String(of).padStart(3, '0')}.ts`;
}

/** Key of the nth entry: every fourth is a result, and each is about one file. */
export function entryKey(nth: number): string {
  const kind = KINDS[nth % KINDS.length];
  return `${NAMESPACES[nth % NAMESPACES.length]}:${kind}:${filePath(nth)}:${String(nth).padStart(5, '0')}`;
}

/**
 * Puts the files into the workspace, and entries that rest on them where an extension with the global
 * storage `globalStorage` will look for them.
 */
export async function fillStorage(globalStorage: string, workspace: string, entries: number): Promise<void> {
  for (let nth = 0; nth < FILES; nth++) {
    const file = join(workspace, filePath(nth));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      `export function module${nth}(value: number): number {\n  return value + ${nth};\n}\n`,
    );
  }
  const base = join(globalStorage, 'workspaces');
  mkdirSync(base, { recursive: true });
  const failures: string[] = [];
  const engine = await Engine.open({
    root: workspace,
    storage: await claimStorage(base, workspace),
    store: 'sqlite',
    policies: new Policies(),
    limits: () => ({
      memory: DEFAULT_MEMORY_LIMITS,
      pressure: { watch: false, percent: 90 },
      file: { maxBytes: 512 * MEGABYTE, cleanupMs: 3_600_000, writeBackMs: 1000 },
    }),
    bundle: fileURLToPath(new URL('../../../dist/', import.meta.url)),
    filter: () => ({ exclude: [], maxBytes: MEGABYTE, maxFiles: 20_000 }),
    refreshAfterChange: () => false,
    report: (where, error) => void failures.push(`${where}: ${error.message}`),
    warn: () => {},
  });
  try {
    for (let from = 0; from < entries; from += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, entries - from) }, (_, i) => from + i);
      if (from < RESTING) await Promise.all(some.map((nth) => put(engine, nth)));
      else await set(engine, some);
    }
  } finally {
    await engine.close();
  }
  if (failures.length > 0) throw new Error(`The storage was not filled: ${failures[0]}`);
}

function put({ workspace }: Engine, nth: number): Promise<boolean> {
  const file = filePath(nth);
  return workspace.put(entryKey(nth), value(nth), {
    dependsOn: [file],
    tags: [`package/${file.split('/')[1]}`, `kind/${KINDS[nth % KINDS.length]}`],
    cost: { ms: 5 + ((nth * 37) % 900) },
  });
}

/** In one batch for each kind, ten times as fast. */
async function set({ workspace }: Engine, all: readonly number[]): Promise<void> {
  for (const [at, kind] of KINDS.entries()) {
    const some = all.filter((nth) => nth % KINDS.length === at);
    const values = some.map((nth) => ({ key: entryKey(nth), value: value(nth) }));
    await workspace.setMany(values, { tags: [`kind/${kind}`], cost: { ms: 40 + 7 * at } });
  }
}

/** Of all sizes from a line to some kilobytes. */
function value(nth: number): unknown {
  return { about: filePath(nth), text: `Finding ${nth}. `.repeat(1 + ((nth * 13) % 120)) };
}
