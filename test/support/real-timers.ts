import { afterAll, vi } from 'vitest';

// Files that share a process leave each other the clock as they found it.
afterAll(() => {
  vi.useRealTimers();
});
