import { vi } from 'vitest';

/** Time that moves by command only, in every clock that a cache may read and in its timers. */
export interface Clock {
  advance(ms: number): void;
  /** The wall clock is corrected; the monotonic one never is. */
  setBack(ms: number): void;
  restore(): void;
}

export function fakeClock(): Clock {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  let monotonic = performance.now();
  // In the object itself: lru-cache keeps a reference to it.
  const now = vi.spyOn(performance, 'now').mockImplementation(() => monotonic);
  return {
    advance(ms) {
      monotonic += ms;
      vi.advanceTimersByTime(ms);
    },
    setBack: (ms) => void vi.setSystemTime(Date.now() - ms),
    restore() {
      now.mockRestore();
      vi.useRealTimers();
    },
  };
}
