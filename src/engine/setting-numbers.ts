import * as z from 'zod';
import { fits } from '../cache/policy/schema.ts';

/** Settings that are numbers; an error is `VALUE does not fit. Fits: …`. */

export function whole(least: number, most: number, value: number) {
  const wrong = { error: fits(`a whole number from ${least} to ${most}`) };
  return z.int(wrong).min(least, wrong).max(most, wrong).default(value);
}

export function number(least: number, most: number, value: number) {
  const wrong = { error: fits(`a number from ${least} to ${most}`) };
  return z.number(wrong).min(least, wrong).max(most, wrong).default(value);
}
