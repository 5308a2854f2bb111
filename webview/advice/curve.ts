/** The miss-ratio curve: what is drawn of it, and how it reads. */
import type { MissRatioCurve } from '../../src/protocol/advice.ts';
import type { FigureData } from '../chart/figure-data.ts';
import { formatBytes, formatCount, formatPercent } from '../format.ts';

export interface CurveMark {
  readonly kind: 'now' | 'advised';
  readonly bytes: number;
  readonly missRatio: number;
}

export interface CurveData {
  /** By size, ascending. */
  readonly points: readonly { readonly bytes: number; readonly missRatio: number }[];
  readonly marks: readonly CurveMark[];
}

/** The miss ratio at a size between two points, on the straight line over the logarithm of the size. */
export function missRatioAt(points: CurveData['points'], bytes: number): number | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return undefined;
  if (bytes <= first.bytes) return first.missRatio;
  const index = points.findIndex((point) => point.bytes >= bytes);
  const high = points[index];
  const low = points[index - 1];
  if (!high || !low) return last.missRatio;
  const share = Math.log(bytes / low.bytes) / Math.log(high.bytes / low.bytes);
  return low.missRatio + (high.missRatio - low.missRatio) * share;
}

export function curveData(curve: MissRatioCurve): CurveData {
  const points = curve.points.filter(({ bytes }) => bytes > 0).sort((a, b) => a.bytes - b.bytes);
  const mark = (kind: CurveMark['kind'], size: { readonly bytes: number } | undefined): CurveMark[] => {
    const missRatio = size && missRatioAt(points, size.bytes);
    return size && size.bytes > 0 && missRatio !== undefined ? [{ kind, bytes: size.bytes, missRatio }] : [];
  };
  return { points, marks: [...mark('now', curve.now), ...mark('advised', curve.advised)] };
}

/** `128.0 MB now: 21.4% of reads miss`, `256.0 MB advised: 9.3% of reads would miss`. */
export function markText({ kind, bytes, missRatio }: CurveMark): string {
  const share = formatPercent(missRatio);
  return kind === 'now'
    ? `${formatBytes(bytes)} now: ${share} of reads miss`
    : `${formatBytes(bytes)} advised: ${share} of reads would miss`;
}

export function curveFigure(curve: MissRatioCurve): FigureData<CurveData> {
  const data = curveData(curve);
  const rows = [
    ...data.points.map(({ bytes, missRatio }) => ({ bytes, missRatio, kind: '' })),
    ...data.marks.map(({ kind, bytes, missRatio }) => ({ bytes, missRatio, kind })),
  ].sort((a, b) => a.bytes - b.bytes);
  return {
    data,
    label: `Share of reads that miss, by the size of the memory level. ${data.marks.map(markText).join('. ')}.`,
    ...(data.points.length < 2 && { empty: 'Too few reads were followed to draw a curve.' }),
    columns: ['Size', 'Reads that miss', 'Mark'],
    rows: rows.map(({ bytes, missRatio, kind }) => ({
      key: `${bytes} ${kind}`,
      cells: [formatBytes(bytes), formatPercent(missRatio), kind],
    })),
  };
}

/** `From 12,000 reads, of which 1,024 keys were followed.` */
export function basis({ reads, sampled }: MissRatioCurve): string {
  const keys = `${formatCount(sampled)} ${sampled === 1 ? 'key' : 'keys'}`;
  return `Estimated from ${formatCount(reads)} reads, by following a sample of ${keys}.`;
}
