export interface Sample {
  /** Since the beginning, minutes. */
  readonly minute: number;
  /** Bytes: resident, and alive after a full collection. */
  readonly resident: number;
  readonly heap: number;
  /** Of one processor, since the sample before, 0 to 1. */
  readonly processor: number;
  readonly calls: number;
  readonly requests: number;
  readonly edits: number;
  readonly entries: number;
  /** Of the values in memory, as the memory level counts them. */
  readonly values: number;
  readonly hitRate: number;
}

const MEGA = 1024 * 1024;

export function line(sample: Sample): string {
  const { minute, resident, heap, processor, calls, requests, edits, entries, values, hitRate } = sample;
  const cells = [
    minute.toFixed(0),
    (resident / MEGA).toFixed(0),
    (heap / MEGA).toFixed(1),
    percent(processor),
    calls,
    requests,
    edits,
    entries,
    (values / MEGA).toFixed(1),
    percent(hitRate),
  ];
  return `| ${cells.join(' | ')} |`;
}

export const HEADER =
  '| minute | resident MB | heap MB | of a core | calls | requests | edits | entries | values MB | hits |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |';

/** How much something grows in a minute: the slope of the line of least squares. */
function growth(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const n = samples.length;
  const meanX = samples.reduce((sum, { minute }) => sum + minute, 0) / n;
  const meanY = samples.reduce((sum, sample) => sum + of(sample), 0) / n;
  let above = 0;
  let below = 0;
  for (const sample of samples) {
    above += (sample.minute - meanX) * (of(sample) - meanY);
    below += (sample.minute - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

/** What the second half of a run says of its memory, bytes a minute. */
export function verdict(samples: readonly Sample[]): string {
  const late = samples.slice(Math.floor(samples.length / 2));
  const [heap, whole] = [growth(late, ({ heap }) => heap), growth(late, ({ resident }) => resident)];
  const signed = (bytes: number) => `${bytes < 0 ? '−' : '+'}${Math.abs(bytes / 1024).toFixed(0)} KB`;
  return `In the second half the live heap grew by ${signed(heap)} a minute, resident memory by ${signed(whole)}.`;
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}
