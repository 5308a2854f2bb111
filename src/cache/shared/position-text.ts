import type { Position } from './shared-store.ts';

/** How a position is written on a server: `place:line`. */
export function writePosition({ place, line }: Position): string {
  return `${place}:${line}`;
}

/** Undefined for what is missing or no position. */
export function readPosition(bytes: Uint8Array | null | undefined): Position | undefined {
  const text = bytes ? Buffer.from(bytes).toString('latin1') : '';
  const [, digits, line] = /^(\d{1,16}):([\w-]{1,64})$/.exec(text) ?? [];
  const place = Number(digits);
  return line !== undefined && Number.isSafeInteger(place) ? { place, line } : undefined;
}
