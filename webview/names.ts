/** What levels and ranges are called on the page, and the icon that stands for each level. */
import type { Level, Range } from '../src/protocol.ts';

export const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  memory: 'Memory',
  file: 'File',
  shared: 'Shared',
};

/** Codicon names. */
export const LEVEL_ICONS: Readonly<Record<Level, string>> = {
  memory: 'chip',
  file: 'database',
  shared: 'cloud',
};

/** To follow "the last". */
export const RANGE_NAMES: Readonly<Record<Range, string>> = {
  '5m': '5 minutes',
  '1h': 'hour',
  '24h': '24 hours',
  '30d': '30 days',
};
