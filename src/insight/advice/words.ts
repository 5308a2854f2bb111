const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export const MEGABYTE = 1024 * 1024;

/** `1,234`. */
export function number(count: number): string {
  return whole.format(count);
}

/** `1,234 reads`, `1 read`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${Math.round(n) === 1 ? one : many}`;
}

/** `43.7 %` of a part from 0 to 1. */
export function percent(part: number): string {
  return `${(100 * part).toFixed(part === 0 || part === 1 ? 0 : 1)} %`;
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${number(bytes)} B`;
  if (bytes < MEGABYTE) return `${number(bytes / 1024)} KB`;
  const megabytes = bytes / MEGABYTE;
  return `${megabytes < 10 ? megabytes.toFixed(1) : number(megabytes)} MB`;
}

/** A lifetime rounded up to what people would write: 7 min, 45 min, 5 h, 3 d. */
export function roundedUp(ms: number): number {
  const steps = [1_000, 10_000, 60_000, 300_000, 3_600_000, 86_400_000];
  const step = steps.findLast((unit) => unit * 3 <= ms) ?? 1;
  return Math.ceil(ms / step) * step;
}
