import * as z from 'zod';
import type { ComputeContext, FileId } from '../../../freshness/context.ts';
import { folderOf, join, nearest, type Resolution, UNRESOLVED } from './resolution.ts';
import { readJson, scriptAt } from './script-file.ts';

const MANIFEST = z.object({ imports: z.record(z.string(), z.unknown()).optional().catch(undefined) });

/** The order in which a bundler and TypeScript take them; the first that the package names wins. */
const CONDITIONS = new Set([
  'types',
  'import',
  'require',
  'module',
  'node',
  'browser',
  'development',
  'default',
]);

/** `#name` by the `imports` of the nearest `package.json`; undefined when that does not speak of it. */
export async function packageImport(
  file: FileId,
  specifier: string,
  context: ComputeContext,
): Promise<Resolution | undefined> {
  const manifest = nearest('package.json', folderOf(file), context);
  const imports = (await readJson(manifest, MANIFEST, context))?.imports;
  if (manifest === undefined || !imports) return undefined;
  const { value, star } = lookUp(imports, specifier) ?? {};
  const path = conditional(value);
  if (path === undefined) return undefined;
  if (!path.startsWith('./')) return { external: path };
  const inPackage = join(
    folderOf(manifest),
    path.replaceAll('*', () => star ?? ''),
  );
  const found = inPackage === undefined ? undefined : await scriptAt(inPackage, context);
  return found ? { targets: [found] } : UNRESOLVED;
}

function lookUp(imports: Record<string, unknown>, specifier: string) {
  if (Object.hasOwn(imports, specifier)) return { value: imports[specifier], star: '' };
  let best: { value: unknown; star: string; length: number } | undefined;
  for (const [pattern, value] of Object.entries(imports)) {
    const [before = '', after, more] = pattern.split('*');
    if (after === undefined || more !== undefined || specifier.length < pattern.length) continue;
    if (!specifier.startsWith(before) || !specifier.endsWith(after)) continue;
    const star = specifier.slice(before.length, specifier.length - after.length);
    if (!best || before.length > best.length) best = { value, star, length: before.length };
  }
  return best;
}

function conditional(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(conditional).find((path) => path !== undefined);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [condition, inner] of Object.entries(value)) {
    const path = CONDITIONS.has(condition) ? conditional(inner) : undefined;
    if (path !== undefined) return path;
  }
  return undefined;
}
