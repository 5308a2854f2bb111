import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import type { Analysis, Ask } from '../analysis.ts';
import { answerOrNone } from '../answer-or-none.ts';
import { checkFile } from '../existing-file.ts';
import type { FileParams } from '../file-params.ts';
import type { Imports } from '../imports/imports.ts';
import type { Names } from '../names/names.ts';
import type { Outline } from '../outline/symbols.ts';
import { paramsId } from '../params-id.ts';
import type { Parser } from '../parse/parser.ts';
import { type FoundSymbol, symbolsNamed } from '../symbols/found-symbol.ts';
import { versionOver } from '../version-over.ts';
import { answered, type Parts } from '../workspace/parts.ts';
import { checkNamed, type NameParams, nameAt, nameFields } from './name-params.ts';
import { nearestFiles } from './nearest-files.ts';
import { nearness } from './nearness.ts';
import { isWithin, qualifiedName } from './qualified-name.ts';

/** Raised whenever the same names and outlines give another result. */
const RULES = 1;
const MOST = 100;
const AT_ONCE = 32;

/** All declarations of a name, whatever the scopes: nearest first when it is seen from a file. */
export interface Definition {
  readonly name: string;
  readonly by: 'syntax';
  readonly definitions: readonly FoundSymbol[];
  /** Further files that define the name; absent when there are none. */
  readonly filesLeft?: number;
}

interface DefinitionNeeds {
  readonly parser: Parser;
  readonly maxBytes: number;
  readonly outline: Analysis<FileParams, Outline>;
  readonly imports: Analysis<FileParams, Imports>;
  readonly names: Parts<Names>;
}

const params: z.ZodType<NameParams> = z.object(nameFields).check(checkNamed);

/**
 * Where a name is declared, by name alone. Rests on the names that files define and on the outlines
 * of those that define this one; for a place also on the file's content, beside a path on its imports.
 */
export function definitionAnalysis(needs: DefinitionNeeds): Analysis<NameParams, Definition> {
  const { parser, maxBytes, outline, imports, names } = needs;
  const analysis: Analysis<NameParams, Definition> = {
    name: 'definition',
    version: versionOver(RULES, outline, imports, names.analysis),
    params,
    ...paramsId<NameParams>(),
    async run(given, context, ask) {
      context.tag('analysis/definition');
      const { name, path } = given;
      if (name === undefined) {
        const found = await nameAt('definition', parser, maxBytes, given, context);
        return answered(await ask(analysis, { name: found, path }));
      }
      if (path !== undefined) checkFile(path, context);
      const wanted = qualifiedName(name);
      const near = await nearness(path, imports, ask);
      const files = await nearestFiles(await names.all(ask), (file, { defines }) =>
        defines.includes(wanted.name) ? near(file) : undefined,
      );
      const definitions: FoundSymbol[] = [];
      let at = 0;
      for (; at < files.length && definitions.length < MOST; at += AT_ONCE) {
        const all = await declarations(files.slice(at, at + AT_ONCE), wanted.name, ask);
        definitions.push(...all.filter(({ within }) => isWithin(wanted, within)));
      }
      const filesLeft = Math.max(0, files.length - at);
      return { name, by: 'syntax', definitions, ...(filesLeft > 0 && { filesLeft }) };
    },
  };
  return analysis;

  async function declarations(files: readonly FileId[], name: string, ask: Ask): Promise<FoundSymbol[]> {
    const outlines = await Promise.all(files.map((path) => answerOrNone(ask, outline, { path })));
    return files.flatMap((path, i) => {
      const found = outlines[i];
      return found ? symbolsNamed(name, path, found) : [];
    });
  }
}
