import { afterEach } from 'vitest';
import type { Workbench } from './workbench.ts';

/**
 * Keeps the screen and the logs of every failed test of a file in artifacts/e2e/.
 * @param current gives the window under test, undefined while there is none
 */
export function keepEvidenceOfFailures(current: () => Workbench | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await current()?.keepEvidence(task.name);
  });
}
