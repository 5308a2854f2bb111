/** Counts by name, of at most so many names: when there are more, the half with the lowest counts is forgotten. */
export class Tally {
  readonly #most: number;
  #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    if (this.#counts.size > this.#most) this.#counts = new Map(this.top(Math.floor(this.#most / 2)));
  }

  /** The highest counts first. */
  top(most: number): (readonly [name: string, count: number])[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a).slice(0, most);
  }

  halve(): void {
    for (const [name, count] of this.#counts) this.#counts.set(name, count / 2);
  }
}
