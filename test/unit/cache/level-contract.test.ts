import { FileLevel } from '../../../src/cache/file-level.ts';
import type { StoreKind } from '../../../src/cache/stores/open.ts';
import { databaseIn } from '../../support/database.ts';
import { describeLevel } from '../../support/level-contract.ts';
import { temporaryFolder } from '../../support/workspace.ts';

describeLevel('the memory level', { level: 'memory' }, async () => ({
  options: {},
  settled: async () => {},
}));

const stores: readonly StoreKind[] = ['sqlite', 'keyv-file'];
for (const kind of stores) {
  describeLevel(`the file level, ${kind}`, { level: 'file' }, async () => {
    const file = new FileLevel(await databaseIn(temporaryFolder(), kind), (error) => {
      throw error;
    });
    return { options: { file }, settled: () => file.flush() };
  });
}
