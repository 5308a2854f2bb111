/** The largest value taken: as a part of all bytes, and in any case. */
const VALUE_PART = 1 / 4;
const VALUE_BYTES = 64 << 20;
/** The size is looked at whenever this part of a bound was written. */
const LOOK_AFTER = 1 / 50;

export interface FileLimits {
  /** Of heads and values. */
  readonly maxBytes: number;
  /** Keys; 100,000 by default. */
  readonly maxEntries?: number;
  /** Of one value; a quarter of `maxBytes` and 64 MB at the most. */
  readonly maxValueBytes?: number;
}

const DEFAULTS = { maxBytes: 512 << 20, maxEntries: 100_000, maxValueBytes: VALUE_BYTES };

/** How much a file level takes, and when it is time to look how much it has. */
export class Bounds {
  readonly maxBytes: number;
  readonly maxEntries: number;
  /** Bytes of the largest value. */
  readonly largest: number;
  #entries = 0;
  #bytes = 0;

  constructor(limits: Partial<FileLimits> = {}) {
    const { maxBytes, maxEntries, maxValueBytes } = { ...DEFAULTS, ...limits };
    this.maxBytes = maxBytes;
    this.maxEntries = maxEntries;
    this.largest = Math.floor(Math.min(maxBytes * VALUE_PART, maxValueBytes, VALUE_BYTES));
  }

  exceededBy({ entries, bytes }: { readonly entries: number; readonly bytes: number }): boolean {
    return entries > this.maxEntries || bytes > this.maxBytes;
  }

  /** Counts what was written. True when the level may have grown past a bound since the last look. */
  wrote(entries: number, bytes: number): boolean {
    this.#entries += entries;
    this.#bytes += bytes;
    const due = this.#entries >= this.maxEntries * LOOK_AFTER || this.#bytes >= this.maxBytes * LOOK_AFTER;
    if (due) {
      this.#entries = 0;
      this.#bytes = 0;
    }
    return due;
  }
}

/** Values beyond the bound of one value: nothing is stored of their keys. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
  readonly keys: readonly string[];

  constructor(puts: readonly { readonly key: string; readonly bytes: Uint8Array }[], largest: number) {
    const [first] = puts;
    const others = puts.length > 1 ? ` and ${puts.length - 1} more` : '';
    super(
      `The value of ${first?.key} (${megabytes(first?.bytes.length ?? 0)})${others} is too large for the file ` +
        `level, which takes ${megabytes(largest)} at the most: it is not kept on disk. A higher size limit would take it.`,
    );
    this.keys = puts.map(({ key }) => key);
  }
}

function megabytes(bytes: number): string {
  return `${Number((bytes / (1 << 20)).toPrecision(3))} MB`;
}
