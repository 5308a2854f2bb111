import type { Position } from './shared-store.ts';

/** How a position is written on a server: `place:line`. */
export function writePosition({ place, line }: Position): string {
  return `${place}:${line}`;
}

/** Undefined for what is missing or no position. */
export function readPosition(bytes: Buffer | undefined): Position | undefined {
  const [, digits, line] = /^(\d{1,16}):([\w-]{1,64})$/.exec(bytes?.toString('latin1') ?? '') ?? [];
  const place = Number(digits);
  return line !== undefined && Number.isSafeInteger(place) ? { place, line } : undefined;
}
