/** One term of the filter language; quoted where its value would read as several. */
export function fieldFilter(field: 'file' | 'namespace', value: string): string {
  if (!/[\s"\\]/.test(value)) return `${field}:${value}`;
  return `${field}:"${value.replace(/["\\]/g, '\\$&')}"`;
}
