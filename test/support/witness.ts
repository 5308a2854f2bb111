import type { Entry } from '../../src/cache/entry.ts';
import type { Miss, Observer } from '../../src/cache/guard.ts';

/** Takes down what a cache tells, for a test to look at. */
export class Witness<S> implements Observer<S> {
  readonly live = new Set<string>();
  readonly leavings: { key: string; miss: Miss }[] = [];
  readonly misses: { key: string; miss: Miss }[] = [];
  readonly problems: { where: string; error: Error }[] = [];
  computations = 0;

  entered(entry: Entry<S>): void {
    this.live.add(entry.key);
  }

  left(entry: Entry<S>, miss: Miss): void {
    this.live.delete(entry.key);
    this.leavings.push({ key: entry.key, miss });
  }

  computed(): void {
    this.computations++;
  }

  missed(key: string, miss: Miss): void {
    this.misses.push({ key, miss });
  }

  problem(where: string, error: Error): void {
    this.problems.push({ where, error });
  }
}
