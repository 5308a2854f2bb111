import { isBuiltin } from 'node:module';
import type { ComputeContext, FileId } from '../../../freshness/context.ts';
import { packageImport } from './package-imports.ts';
import { type PathMapping, pathMapping } from './path-mapping.ts';
import { folderOf, join, type MakeResolver, type Resolution, target, UNRESOLVED } from './resolution.ts';
import { folderIndex, scriptAt } from './script-file.ts';

const RELATIVE = /^\.\.?(?:\/|$)/;
const FOLDER = /(?:^|\/)\.{0,2}$/;
/** Vite's and webpack's `./icon.svg?raw`. */
const QUERY = /\?.*$/;
const URL_LIKE = /^[a-z][a-z\d+.-]+:/i;

/**
 * TypeScript's lookup, as with `moduleResolution: bundler`: relative paths, Node's own modules, `paths`
 * and `baseUrl` of the nearest configuration, `#imports`, then a package. What is in `node_modules` is
 * named and not entered.
 */
export const resolveTypeScript: MakeResolver = (file, _found, context) => {
  let mapping: Promise<PathMapping> | undefined;
  return async ({ specifier: written }) => {
    const specifier = written.replace(QUERY, '');
    if (RELATIVE.test(specifier)) return target(await relative(file, specifier, context));
    if (isBuiltin(specifier))
      return { external: specifier.startsWith('node:') ? specifier : `node:${specifier}` };
    if (URL_LIKE.test(specifier)) return { external: specifier };
    if (specifier === '' || specifier.startsWith('/')) return UNRESOLVED;
    if (specifier.startsWith('#')) {
      const imported = await packageImport(file, specifier, context);
      if (imported) return imported;
    }
    mapping ??= pathMapping(file, context);
    return (await mapped(specifier, await mapping, context)) ?? { external: packageName(specifier) };
  };
};

async function relative(file: FileId, specifier: string, context: ComputeContext) {
  const path = join(folderOf(file), specifier);
  if (path === undefined) return undefined;
  return FOLDER.test(specifier) ? folderIndex(path, context) : scriptAt(path, context);
}

/** Undefined when no mapping speaks for the specifier: it is a package's. */
async function mapped(
  specifier: string,
  { baseUrl, paths = {}, pathsBase = '' }: PathMapping,
  context: ComputeContext,
): Promise<Resolution | undefined> {
  const pattern = bestPattern(specifier, Object.keys(paths));
  if (pattern !== undefined) {
    const star = pattern.includes('*')
      ? specifier.slice(pattern.indexOf('*'), starEnd(specifier, pattern))
      : '';
    for (const substitution of paths[pattern] ?? []) {
      const path = join(
        pathsBase,
        substitution.replace('*', () => star),
      );
      if (path === undefined || path.split('/').includes('node_modules')) continue;
      const found = await scriptAt(path, context);
      if (found) return { targets: [found] };
    }
    return pattern === '*' || pattern === specifier ? undefined : UNRESOLVED;
  }
  const path = baseUrl === undefined ? undefined : join(baseUrl, specifier);
  const found = path === undefined ? undefined : await scriptAt(path, context);
  return found ? { targets: [found] } : undefined;
}

function starEnd(specifier: string, pattern: string): number {
  return specifier.length - (pattern.length - pattern.indexOf('*') - 1);
}

/** An exact one, or else the one with the longest part before its star. */
function bestPattern(specifier: string, patterns: readonly string[]): string | undefined {
  if (patterns.includes(specifier)) return specifier;
  let best: string | undefined;
  for (const pattern of patterns) {
    const star = pattern.indexOf('*');
    if (star < 0 || specifier.length < pattern.length - 1) continue;
    if (!specifier.startsWith(pattern.slice(0, star)) || !specifier.endsWith(pattern.slice(star + 1)))
      continue;
    if (best === undefined || star > best.indexOf('*')) best = pattern;
  }
  return best;
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
