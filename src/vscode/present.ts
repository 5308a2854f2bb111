/** Numbers as people read them, in the views, messages and the status bar. */

const whole = new Intl.NumberFormat('en-US');

export function count(n: number, noun: string): string {
  return `${whole.format(n)} ${n === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  do {
    value /= 1024;
    unit++;
  } while (value >= 1024 && unit < units.length - 1);
  return `${value.toFixed(1)} ${units[unit]}`;
}

export function duration(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Hits as a part of reads; "–" before the first read. */
export function rate(hits: number, misses: number): string {
  const reads = hits + misses;
  return reads === 0 ? '–' : `${((100 * hits) / reads).toFixed(hits === reads || hits === 0 ? 0 : 1)}%`;
}
