import type { FileLevel } from '../../../src/cache/file-level.ts';

/** What a key holds at a version, different in every byte from others. */
export function contentOf(n: number, version: number): Buffer {
  return Buffer.alloc(200 + ((version * 7919) % 20_000), `${n} ${version};`);
}

/** Adds one to the number under the key, whoever else does; the number now. */
export async function swapUp(level: FileLevel, key: string): Promise<number> {
  for (;;) {
    const [before] = await level.variants(key);
    const stored = before && (await level.value(key, before));
    if (before && !stored) continue; // replaced between the two reads
    const next = Number(Buffer.from(stored ?? []).toString()) + 1;
    const variant = { id: '0', stamp: {}, costMs: 0, createdAt: next, expiresAt: 0 };
    if (await level.swap(key, before, variant, Buffer.from(String(next)))) return next;
  }
}
