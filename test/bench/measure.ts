/** One thing to measure: `run` does `operations` of it, awaited or not. */
export interface Contender {
  readonly name: string;
  readonly operations: number;
  run(operations: number): void | Promise<void>;
}

/** Millions of operations per second of this process's CPU time: the median of interleaved rounds. */
export async function millionsPerCpuSecond(
  contenders: readonly Contender[],
  rounds: number,
): Promise<ReadonlyMap<string, number>> {
  const figures = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const { name, operations, run } of contenders) {
      globalThis.gc?.();
      const before = process.cpuUsage();
      await run(operations);
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) figures.get(name)?.push(operations / (user + system)); // the first round warms up
    }
  }
  return new Map([...figures].map(([name, values]) => [name, median(values)]));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** `count` draws from `keys` with Zipf's law at exponent 0.99, the same ones on every run. */
export function zipf(keys: readonly string[], count: number): string[] {
  const weights = keys.map((_, i) => 1 / (i + 1) ** 0.99);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const bounds: number[] = [];
  let sum = 0;
  for (const weight of weights) {
    sum += weight / total;
    bounds.push(sum);
  }
  let state = 42;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const drawn = state / 2 ** 32;
    let low = 0;
    for (let high = keys.length - 1; low < high; ) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] ?? 1) < drawn) low = middle + 1;
      else high = middle;
    }
    return keys[low] as string;
  });
}
