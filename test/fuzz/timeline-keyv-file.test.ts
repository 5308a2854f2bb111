import { join } from 'node:path';
import { openKeyvFile } from '../../src/cache/stores/keyv-file.ts';
import { timelines } from './timelines.ts';

timelines('keyv-file', 300, async (storage) =>
  openKeyvFile({
    file: join(storage, 'cache.json'),
    delayMs: 1,
    onProblem: (error) => {
      throw error;
    },
  }),
);
