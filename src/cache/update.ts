/** How a value changes: another in its place, a sum, or the greater of two numbers. */
export type Update =
  | { readonly replace: unknown }
  | { readonly increment: number }
  | { readonly max: number };

export class UpdateError extends Error {
  override readonly name = 'UpdateError';
}

/**
 * The value after the update. A number that is not there begins at the one given; what is not there
 * is not replaced: undefined. Throws {@link UpdateError} for what is no number.
 */
export function applyUpdate(key: string, update: Update, before: unknown): unknown {
  if ('replace' in update) {
    if (update.replace === undefined)
      throw new UpdateError(`${key} cannot be replaced by undefined: delete it.`);
    return before === undefined ? undefined : update.replace;
  }
  const operand = 'increment' in update ? update.increment : update.max;
  if (!Number.isFinite(operand)) throw new UpdateError(`${key}: ${operand} is no finite number.`);
  if (before === undefined) return operand;
  if (typeof before !== 'number') {
    throw new UpdateError(`${key} holds no number but ${describe(before)}: it can only be replaced.`);
  }
  const after = 'increment' in update ? before + operand : Math.max(before, operand);
  if (!Number.isFinite(after))
    throw new UpdateError(`${key}: ${before} + ${operand} is too large for a number.`);
  return after;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
