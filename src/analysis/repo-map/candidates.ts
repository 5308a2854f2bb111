import type { FileId } from '../../freshness/context.ts';
import type { Outline } from '../outline/symbols.ts';
import { FileLines, type MapLine } from './map-lines.ts';
import type { Ranking } from './ranking.ts';

/** A token has rarely more characters: lines beyond so many are not looked for. */
const LONGEST_TOKEN = 4.5;
/** Outlines asked for at a time. */
const AT_ONCE = 16;
/** Lines of each file in focus that come before all others. */
const OF_FOCUS = 5;

interface MapNeeds {
  readonly ranking: Ranking;
  readonly focus: ReadonlySet<FileId>;
  readonly maxTokens: number;
  readonly isShown: (path: FileId) => boolean;
  /** Undefined for a file that is refused. */
  readonly outlineOf: (path: FileId) => Promise<Outline | undefined>;
}

/** Lines for a map, the most important first: somewhat more than fit. */
export async function linesByImportance(needs: MapNeeds): Promise<readonly MapLine[]> {
  const lines: MapLine[] = [];
  const places = new Set<number>();
  let left = needs.maxTokens * LONGEST_TOKEN;
  for await (const line of byImportance(needs)) {
    left -= line.text.length + 1;
    if (!places.has(line.place)) left -= pathAt(line.place, needs.ranking).length + 1;
    if (left < 0) break;
    lines.push(line);
    places.add(line.place);
  }
  return lines;
}

/** A few of each file in focus, the definitions that others use most, what else the files declare. */
async function* byImportance({ ranking, focus, isShown, outlineOf }: MapNeeds): AsyncGenerator<MapLine> {
  const files = new Map<number, FileLines>();
  const shown = ranking.files.flatMap(([path], place) => (isShown(path) ? [place] : []));

  for await (const [place, file] of inTurn(shown.filter((each) => focus.has(pathAt(each, ranking))))) {
    const names = ranking.files[place]?.[1] ?? [];
    const used = names.slice(0, OF_FOCUS).flatMap((name) => file.named(name) ?? []);
    yield* used;
    yield* file.rest(OF_FOCUS - used.length);
  }
  const next = new Uint32Array(ranking.files.length);
  const isIn = new Set(shown);
  for await (const [place, file] of inTurn(ranking.order.filter((each) => isIn.has(each)))) {
    const at = next[place] as number;
    next[place] = at + 1;
    const line = file.named(ranking.files[place]?.[1][at] ?? '');
    if (line) yield line;
  }
  for await (const [, file] of inTurn(shown)) yield* file.rest();

  async function* inTurn(places: readonly number[]): AsyncGenerator<readonly [number, FileLines]> {
    for (let at = 0; at < places.length; at += AT_ONCE) {
      const some = places.slice(at, at + AT_ONCE);
      await Promise.all(some.map(load));
      for (const place of some) yield [place, files.get(place) as FileLines];
    }
  }

  async function load(place: number): Promise<void> {
    if (files.has(place)) return;
    const outline = await outlineOf(pathAt(place, ranking));
    // Another turn for the same file may have come first.
    if (!files.has(place)) files.set(place, new FileLines(place, outline));
  }
}

function pathAt(place: number, { files }: Ranking): FileId {
  return files[place]?.[0] ?? '';
}
