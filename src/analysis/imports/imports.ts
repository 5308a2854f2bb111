import type { FileId } from '../../freshness/context.ts';
import type { Analysis } from '../analysis.ts';
import { type FileParams, fileParams } from '../file-params.ts';
import type { LanguageId } from '../languages.ts';
import { analysisVersion } from '../parse/grammars.ts';
import type { Parser } from '../parse/parser.ts';
import type { Range } from '../parse/syntax.ts';
import { sourceFile } from '../source-file.ts';
import type { ImportKind } from './raw.ts';
import { RESOLVERS } from './resolve/resolvers.ts';

/** Raised whenever extraction or resolution gives another result. */
const RULES = 1;

export interface Import {
  readonly specifier: string;
  readonly kind: ImportKind;
  /** The specifier with its quotes; 0-based, characters in UTF-16 code units. */
  readonly range: Range;
  /** In the workspace: files; for a Go package or a Java `.*` the package's folder. Never empty. */
  readonly targets?: readonly FileId[];
  /** Outside the workspace: the package, module or crate. */
  readonly external?: string;
}

/** In source order. An import with neither `targets` nor `external` leads to nothing that exists. */
export interface Imports {
  readonly language: LanguageId;
  readonly imports: readonly Import[];
  /** Syntax errors; left out when there are none. With errors the list may be partial. */
  readonly errors?: number;
}

/** What a file imports and where it leads. Files over `maxBytes` are refused. */
export function importsAnalysis(parser: Parser, maxBytes: number): Analysis<FileParams, Imports> {
  return {
    name: 'imports',
    version: analysisVersion(RULES, maxBytes),
    params: fileParams,
    id: ({ path }) => path,
    paramsOf: (path) => ({ path }),
    async run({ path }, context) {
      const { language, bytes } = await sourceFile('imports', path, maxBytes, context);
      const found = await parser.imports(language, bytes, context.signal);
      const resolve = RESOLVERS[language]?.(path, found, context);
      const imports: Import[] = [];
      // One after the other: the order of the dependencies is then the order of the source.
      for (const raw of found.imports) {
        const { specifier, kind, range } = raw;
        imports.push({ specifier, kind, range, ...(await resolve?.(raw)) });
      }
      return { language, imports, ...(found.errors > 0 ? { errors: found.errors } : {}) };
    },
  };
}
