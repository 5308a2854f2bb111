import type { Position, Range } from '../parse/syntax.ts';

/** Lines of a text that end in "\n", and where they begin. */
export class Lines {
  readonly #starts: readonly number[];
  readonly #length: number;

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
    this.#length = text.length;
  }

  range(start: number, end: number): Range {
    return { start: this.#position(start), end: this.#position(end) };
  }

  /** Undefined behind the end of the line or text. */
  index({ line, character }: Position): number | undefined {
    const start = this.#starts[line];
    if (start === undefined) return undefined;
    const end = this.#starts[line + 1] ?? this.#length + 1;
    return start + character < end ? start + character : undefined;
  }

  #position(index: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= index) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: index - (this.#starts[low] as number) };
  }
}
