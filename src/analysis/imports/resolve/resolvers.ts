import type { LanguageId } from '../../languages.ts';
import { resolveGo } from './go.ts';
import { resolveBeside, resolveCpp, resolveRuby } from './includes.ts';
import { resolveJava } from './java.ts';
import { resolvePython } from './python.ts';
import type { MakeResolver } from './resolution.ts';
import { resolveRust } from './rust.ts';
import { resolveTypeScript } from './typescript.ts';

/** Languages without one have no imports that name files. */
export const RESOLVERS: Readonly<Partial<Record<LanguageId, MakeResolver>>> = {
  typescript: resolveTypeScript,
  tsx: resolveTypeScript,
  javascript: resolveTypeScript,
  python: resolvePython,
  go: resolveGo,
  rust: resolveRust,
  java: resolveJava,
  cpp: resolveCpp,
  ruby: resolveRuby,
  php: resolveBeside,
  bash: resolveBeside,
  css: resolveBeside,
};
