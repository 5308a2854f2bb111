/** Files that were told of; beyond it all are told again. */
const MOST_TOLD = 1000;

/** Tells of each file that cannot be used once, not at every read. */
export class ToldOnce {
  readonly #problem: (error: Error) => void;
  readonly #told = new Set<string>();

  constructor(problem: (error: Error) => void) {
    this.#problem = problem;
  }

  skipped(file: string, error: unknown): void {
    if (this.#told.has(file)) return;
    if (this.#told.size >= MOST_TOLD) this.#told.clear();
    this.#told.add(file);
    const why = error instanceof Error ? error.message : String(error);
    this.#problem(new Error(`Skipped ${file}, which is left as it is: ${why}`, { cause: error }));
  }
}
