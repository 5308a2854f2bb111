import * as z from 'zod';

/** A whole number from 1; `name` begins what is said of a wrong one. */
export function countField(name: string, most: number): z.ZodNumber {
  const range = `${name} is 1 to ${most}.`;
  return z.number(`${name} is a number.`).int(`${name} is a whole number.`).min(1, range).max(most, range);
}
