import { openKeyv } from '../../../src/cache/stores/keyv.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';

/** What a slot holds at a version: from 200 bytes to 30 KB, different in every byte from the versions beside it. */
function contentOf(slot: string, version: number): Buffer {
  return Buffer.alloc(200 + ((version * 7919) % 30_000), `${slot} ${version};`);
}

/** As the cache writes: the new value, the head that names it, and the old value's removal, in one commit. */
export async function commitSlot(database: FileDatabase, slot: string, version: number): Promise<void> {
  await database.commit([
    { namespace: 'v', key: `${slot}#${version}`, value: contentOf(slot, version) },
    { namespace: 'h', key: slot, value: Buffer.from(String(version)) },
    { namespace: 'v', key: `${slot}#${version - 1}` },
  ]);
}

/** Versions by slot. Throws when a head names no value or a wrong one, or a value has no head. */
export async function readSlots(database: FileDatabase): Promise<Map<string, number>> {
  const heads = new Map<string, number>();
  await database.each('h', (rows) => {
    for (const [slot, bytes] of rows) heads.set(slot, Number(Buffer.from(bytes).toString()));
  });
  const values = openKeyv(database, 'v');
  for (const [slot, version] of heads) {
    const value = await values.get<Uint8Array>(`${slot}#${version}`);
    if (!value || !contentOf(slot, version).equals(value))
      throw new Error(`${slot} is torn at version ${version}.`);
  }
  let count = 0;
  await database.each('v', (rows) => {
    count += rows.length;
  });
  if (count !== heads.size) throw new Error(`${count} values for ${heads.size} heads.`);
  return heads;
}
