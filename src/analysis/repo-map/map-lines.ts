import type { FileId } from '../../freshness/context.ts';
import { definedNames } from '../names/defined.ts';
import type { Outline, OutlineSymbol } from '../outline/symbols.ts';

/** One symbol that may be on the map. */
export interface MapLine {
  /** Of the file, in the order of the ranking. */
  readonly place: number;
  /** In the file's outline, nested symbols counted too. */
  readonly at: number;
  /** `  12 class Cache`, the line counted from 1. */
  readonly text: string;
}

/** The symbols of one file as lines, each given once. */
export class FileLines {
  /** By the name that others use; of several with one name the first. */
  readonly #named = new Map<string, MapLine>();
  readonly #top: MapLine[] = [];
  readonly #given = new Set<MapLine>();

  constructor(place: number, outline: Outline | undefined) {
    if (!outline) return;
    const { language, symbols } = outline;
    let at = 0;
    const visit = (siblings: readonly OutlineSymbol[], within: string) => {
      for (const symbol of siblings) {
        const { name, kind, range, children = [] } = symbol;
        const text = `  ${range.start.line + 1} ${kind} ${within}${name}`;
        const line = { place, at: at++, text };
        if (within === '') this.#top.push(line);
        for (const used of definedNames(language, symbol))
          if (!this.#named.has(used)) this.#named.set(used, line);
        visit(children, `${within}${name}.`);
      }
    };
    visit(symbols, '');
  }

  /** The symbol that others use by this name; undefined when there is none, or it has been given already. */
  named(name: string): MapLine | undefined {
    const line = this.#named.get(name);
    if (!line || this.#given.has(line)) return undefined;
    this.#given.add(line);
    return line;
  }

  /** The first of what it declares at the top and has not been given, in source order. */
  rest(most = this.#top.length): readonly MapLine[] {
    const rest = this.#top.filter((line) => !this.#given.has(line)).slice(0, most);
    for (const line of rest) this.#given.add(line);
    return rest;
  }
}

/** The map: files in the order of the ranking, the symbols of each in source order. */
export function mapText(lines: readonly MapLine[], pathAt: (place: number) => FileId): string {
  const byPlace = Map.groupBy(lines, ({ place }) => place);
  return [...byPlace.keys()]
    .sort((a, b) => a - b)
    .map((place) => {
      const sorted = (byPlace.get(place) ?? []).sort((a, b) => a.at - b.at);
      return [pathAt(place), ...sorted.map(({ text }) => text), ''].join('\n');
    })
    .join('');
}
