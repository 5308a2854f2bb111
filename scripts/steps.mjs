import { Refusal } from './run.mjs';

/**
 * Numbered steps, each on a line of its own that tells what is going on and then how long it took:
 * `[1/5] Installing packages … 31 s`
 * @param {number} total
 */
export function steps(total) {
  let done = 0;
  /**
   * @template T
   * @param {string} what
   * @param {() => Promise<T>} work
   * @param {string} [skipped] why there is nothing to do; then `work` is not called
   */
  return async (what, work, skipped) => {
    done += 1;
    process.stdout.write(`[${done}/${total}] ${what} … `);
    if (skipped) {
      console.log(skipped);
      return undefined;
    }
    const began = Date.now();
    try {
      const result = await work();
      console.log(seconds(Date.now() - began));
      return result;
    } catch (error) {
      console.log('failed');
      throw error;
    }
  };
}

/** @param {number} ms */
export function seconds(ms) {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** Says in one line why it cannot go on, and ends with exit code 1. */
export function refuse(error) {
  if (error?.code === 'ENOSPC') console.error('The disk is full: free about 1.5 GB and run this again');
  else if (error instanceof Refusal) console.error(error.message);
  else console.error(error);
  process.exit(1);
}
