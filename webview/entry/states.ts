/** How the state of an input now is told. */
import type { DependencyRow } from '../../src/protocol/entries.ts';

export const STATES: Readonly<Record<DependencyRow['state'], { icon: string; name: string }>> = {
  same: { icon: 'check', name: 'unchanged' },
  changed: { icon: 'warning', name: 'changed' },
  unknown: { icon: 'question', name: 'not looked at' },
};
