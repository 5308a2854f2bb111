/** A clock that moves only when the timeline says so; file stamps and the cache both go by it. */
export class Clock {
  /** Milliseconds since the epoch; file stamps see the fraction too. */
  time = 1_800_000_000_123;

  readonly now = (): number => Math.floor(this.time);
}
