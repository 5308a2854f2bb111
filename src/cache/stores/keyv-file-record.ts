import type { Stored } from './store.ts';

/** One record as `keyv-file` writes it; `value` is base64, `expire` ms since the epoch. */
export interface FileRecord {
  readonly value: string;
  readonly expire?: number | undefined;
}

/** Unambiguous for every namespace and key: a namespace never holds a colon here. */
export function prefix(namespace: string): string {
  return `${encodeURIComponent(namespace)}:`;
}

export function isLive(record: FileRecord | undefined): record is FileRecord {
  return record !== undefined && (record.expire === undefined || record.expire > Date.now());
}

export function toText(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
}

export function live(record: FileRecord | undefined): Stored | undefined {
  if (!isLive(record)) return undefined;
  const value = Buffer.from(record.value, 'base64');
  return record.expire === undefined ? { value } : { value, expires: record.expire };
}

/** Of the live records below a prefix; the bytes are those of the values as they were given. */
export function sizeOf(
  data: ReadonlyMap<string, FileRecord>,
  start = '',
): { entries: number; bytes: number } {
  let entries = 0;
  let bytes = 0;
  for (const [name, record] of data) {
    if (!name.startsWith(start) || !isLive(record)) continue;
    entries += 1;
    bytes += bytesOf(record);
  }
  return { entries, bytes };
}

/** Of the value as it was given. */
export function bytesOf({ value }: FileRecord): number {
  return Buffer.byteLength(value, 'base64');
}
