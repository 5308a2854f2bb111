import { FileLevel } from '../../../src/cache/file-level.ts';
import type { StoreKind } from '../../../src/cache/stores/open.ts';
import { databaseIn } from '../../support/database.ts';
import { describeLevel, LIMIT } from '../../support/level-contract.ts';
import { temporaryFolder } from '../../support/workspace.ts';

describeLevel('the memory level', { level: 'memory' }, async () => ({
  options: { memory: { entries: 1000, bytes: 4 * LIMIT } }, // it takes a quarter of that
  settled: async () => {},
}));

const stores: readonly StoreKind[] = ['sqlite', 'keyv-file'];
for (const kind of stores) {
  describeLevel(`the file level, ${kind}`, { level: 'file' }, async () => {
    const tooLarge = () => {}; // is told, and is what the contract is about
    const limits = { maxValueBytes: LIMIT };
    const file = new FileLevel(await databaseIn(temporaryFolder(), kind), tooLarge, { limits });
    return { options: { file }, settled: () => file.flush() };
  });
}
