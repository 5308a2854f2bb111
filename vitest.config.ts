import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Replace modules for themselves, or keep a built worker for their file: each has its own process. */
const APART = [
  'test/unit/{analysis,tools,vscode}/**/*.test.ts',
  'test/unit/engine/transcripts.test.ts',
  'test/unit/freshness/instances/instances.test.ts',
];

/** Vitest itself leaves a core free, which is half of a machine with two. */
const WORKERS = availableParallelism();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: APART,
          environment: 'node',
          // Loading the same modules for each of 170 files took longer than all tests together.
          isolate: false,
          maxWorkers: WORKERS,
          setupFiles: ['test/support/real-timers.ts'],
        },
      },
      {
        test: {
          name: 'unit-apart',
          include: APART,
          environment: 'node',
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          environment: 'node',
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'peers',
          include: ['test/peers/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          environment: 'node',
          testTimeout: 180_000,
          hookTimeout: 240_000,
          // What a loaded machine shows late is not missing; vitest itself waits for a second.
          expect: { poll: { timeout: 20_000 } },
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
    ],
  },
});
