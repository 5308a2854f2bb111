import * as z from 'zod';
import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../../freshness/context.ts';
import type { Analysis } from '../analysis.ts';
import { answerOrNone } from '../answer-or-none.ts';
import { countField } from '../count-field.ts';
import type { FileParams } from '../file-params.ts';
import type { Names } from '../names/names.ts';
import type { Outline, SymbolKind } from '../outline/symbols.ts';
import { paramsId } from '../params-id.ts';
import { versionOver } from '../version-over.ts';
import type { ByFile, Parts } from '../workspace/parts.ts';
import { type FoundSymbol, symbolsNamed } from './found-symbol.ts';
import { NameQuery } from './name-query.ts';
import { scopeField, scopeTest } from './path-scope.ts';

/** Raised whenever the same names and outlines give another result. */
const RULES = 1;
const LIMIT = 50;
const MOST = 1000;
/** Outlines asked for at a time, and for one answer at the most. */
const AT_ONCE = 32;
const MOST_OUTLINES = 500;

export const KINDS = [
  'class',
  'constant',
  'constructor',
  'enum',
  'enumMember',
  'event',
  'field',
  'function',
  'interface',
  'method',
  'module',
  'namespace',
  'object',
  'operator',
  'property',
  'struct',
  'typeAlias',
  'variable',
] as const satisfies readonly SymbolKind[];

interface SymbolsParams {
  readonly query: string;
  readonly kind?: SymbolKind | undefined;
  /** A file, a folder or a glob; the whole workspace when absent. */
  readonly path?: string | undefined;
  /** 50 unless given. */
  readonly limit?: number | undefined;
}

/** Best first: the name itself, in another case, its beginning, the beginnings of its words, a part of it. */
export interface FoundSymbols {
  readonly symbols: readonly FoundSymbol[];
  /** Fitting names in files that are not among these symbols, of whichever kind; absent when there are none. */
  readonly left?: number;
}

const params: z.ZodType<SymbolsParams> = z.object({
  query: z
    .string('The query is a name, or a part of one.')
    .trim()
    .min(1, 'The query is empty: give a name, or a part of one.')
    .max(200, 'The query has more than 200 characters: give a name, or a part of one.'),
  kind: z.enum(KINDS, `The kind is one of: ${KINDS.join(', ')}.`).optional(),
  path: scopeField.optional(),
  limit: countField('The limit', MOST).optional(),
});

/** A name in a file that defines it. */
interface Place {
  readonly rank: number;
  readonly name: string;
  readonly path: FileId;
}

/**
 * Declarations by name across the workspace. Rests on the names that its files define, and on the
 * outlines of those files only that are looked at for the answer.
 */
export function symbolsAnalysis(
  outline: Analysis<FileParams, Outline>,
  names: Parts<Names>,
): Analysis<SymbolsParams, FoundSymbols> {
  return {
    name: 'symbols',
    version: versionOver(RULES, outline, names.analysis),
    params,
    ...paramsId<SymbolsParams>({ limit: LIMIT }),
    async run({ query, kind, path, limit = LIMIT }, context, ask) {
      context.tag('analysis/symbols');
      const places = await placesOf(await names.all(ask), new NameQuery(query), path);
      const outlines = new Map<FileId, Outline | undefined>();
      const symbols: FoundSymbol[] = [];
      let at = 0;
      while (at < places.length && symbols.length < limit && outlines.size < MOST_OUTLINES) {
        const next = places.slice(at, at + AT_ONCE);
        const paths = new Set(next.map((place) => place.path).filter((each) => !outlines.has(each)));
        await Promise.all(
          [...paths].map(async (each) => {
            outlines.set(each, await answerOrNone(ask, outline, { path: each }));
          }),
        );
        for (const place of next) {
          if (symbols.length >= limit) break;
          const found = outlines.get(place.path);
          const all = found ? symbolsNamed(place.name, place.path, found) : [];
          symbols.push(...all.filter((symbol) => kind === undefined || symbol.kind === kind));
          at++;
        }
      }
      const left = places.length - at + Math.max(0, symbols.length - limit);
      return { symbols: symbols.slice(0, limit), ...(left > 0 && { left }) };
    },
  };
}

async function placesOf(
  files: ByFile<Names>,
  query: NameQuery,
  scope: string | undefined,
): Promise<readonly Place[]> {
  const inScope = scope === undefined ? () => true : scopeTest(scope);
  const places: Place[] = [];
  const slices = new Slices();
  for (const [path, { defines }] of files) {
    if (!inScope(path)) continue;
    for (const name of defines) {
      const rank = query.rank(name);
      if (rank !== undefined) places.push({ rank, name, path });
    }
    if (slices.due) await slices.pause();
  }
  return places.sort(
    (a, b) =>
      a.rank - b.rank || a.name.length - b.name.length || compare(a.name, b.name) || compare(a.path, b.path),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
