/**
 * What one process counts and keeps for the next session. Several processes may use one storage: each
 * writes what is its own, and takes over, once, what ended ones have left.
 */
export interface Keeping<T> {
  /** What ended processes left: from then on it belongs to this one, which saves it with its own. */
  takeOver(): Promise<readonly T[]>;
  /** All of what this process has, in place of what it saved before; atomic. */
  save(value: T): Promise<void>;
}
