import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { FileId } from '../../../../src/freshness/context.ts';
import { Block, type Known } from '../../../../src/freshness/fingerprint-index/index-block.ts';
import { readIndex, writeIndex } from '../../../../src/freshness/fingerprint-index/index-file.ts';
import { temporaryFolder } from '../../../support/workspace.ts';

vi.setConfig({ testTimeout: 60_000 }); // real files and threads, on a machine that may be loaded

const ROOT = '/home/somebody/project';
const MOST = 100_000;

const name = fc
  .string({ unit: fc.constantFrom('a', 'b', 'ä', '日', '😀', ' ', '.', '-'), minLength: 1, maxLength: 8 })
  .filter((text) => text !== '.' && text !== '..');
const path = fc.array(name, { maxLength: 5 }).map((parts) => parts.join('/'));
const number = fc.oneof(fc.double({ min: 0, max: 2e12, noNaN: true }), fc.nat());
const known: fc.Arbitrary<Known> = fc.record({
  kind: fc.constantFrom('file' as const, 'folder' as const),
  mtimeMs: number,
  ctimeMs: number,
  size: number,
  ino: number,
  at: number,
  digest: fc.string({ unit: fc.constantFrom(...'AZaz09-_'), minLength: 22, maxLength: 22 }),
});
const records = (least: number, most: number) =>
  fc.array(fc.tuple(path, known), { minLength: least, maxLength: most });

async function read(file: string, root = ROOT, most = MOST): Promise<[FileId, Known][] | undefined> {
  const index = await readIndex(file, root, most);
  return index?.blocks.flatMap(([offset, length]) => {
    const block = new Block(index.bytes, offset, length);
    return Array.from({ length: block.count }, (_, i) => [block.path(i), block.known(i)] as [FileId, Known]);
  });
}

describe('the index file', () => {
  it('gives back what was written, to the last bit', async () => {
    const file = join(temporaryFolder(), 'fingerprints.bin');
    await fc.assert(
      fc.asyncProperty(records(0, 20), async (written) => {
        expect(await writeIndex(file, ROOT, written)).toBe(written.length);
        expect(await read(file)).toEqual(written);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps many blocks, and their order', async () => {
    const file = join(temporaryFolder(), 'fingerprints.bin');
    const [one] = fc.sample(known, 1) as [Known];
    const written = Array.from(
      { length: 5000 },
      (_, i) => [`src/a${i % 70}/f${i}.ts`, { ...one, size: i }] as const,
    );
    await writeIndex(file, ROOT, written);
    expect(await read(file)).toEqual(written);
  });

  it('is none when there is no file', async () => {
    expect(await read(join(temporaryFolder(), 'fingerprints.bin'))).toBeUndefined();
  });

  it('is refused when it was cut off at any byte', async () => {
    const file = join(temporaryFolder(), 'fingerprints.bin');
    await writeIndex(file, ROOT, fc.sample(fc.tuple(path, known), { numRuns: 3, seed: 7 }));
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      await expect(read(file), `${length} bytes`).rejects.toThrow('The index of fingerprints is torn');
    }
  });

  it('is refused when any bit of it is another', async () => {
    const file = join(temporaryFolder(), 'fingerprints.bin');
    await writeIndex(file, ROOT, fc.sample(fc.tuple(path, known), { numRuns: 3, seed: 7 }));
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      const bent = Buffer.from(whole);
      bent[at] = (bent[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, bent);
      await expect(read(file), `byte ${at}`).rejects.toThrow('The index of fingerprints is torn');
    }
  });

  it('never gives a wrong record, however it was damaged', async () => {
    const file = join(temporaryFolder(), 'fingerprints.bin');
    const damage = fc.array(
      fc.oneof(
        fc.record({ cut: fc.nat() }),
        fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
        fc.record({ from: fc.nat(), to: fc.nat(), length: fc.nat(200) }),
      ),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(records(1, 30), damage, async (written, damages) => {
        await writeIndex(file, ROOT, written);
        const before = readFileSync(file);
        let bytes = Buffer.from(before);
        for (const one of damages) {
          if ('cut' in one) bytes = bytes.subarray(0, one.cut % (bytes.length + 1));
          else if ('at' in one)
            bytes.set(
              one.bytes.subarray(0, Math.max(0, bytes.length - (one.at % (bytes.length + 1)))),
              one.at % (bytes.length + 1),
            );
          else
            bytes.copyWithin(
              one.to % (bytes.length + 1),
              one.from % (bytes.length + 1),
              (one.from % (bytes.length + 1)) + one.length,
            );
        }
        writeFileSync(file, bytes);
        const found = await read(file).catch(() => 'refused');
        expect(found).toEqual(bytes.equals(before) ? written : 'refused');
      }),
      { numRuns: 300 },
    );
  });

  it('is refused when another version or another folder wrote it, or it is larger than its bound', async () => {
    const file = join(temporaryFolder(), 'fingerprints.bin');
    const some = fc.sample(fc.tuple(path, known), { numRuns: 3, seed: 7 });
    await writeIndex(file, ROOT, some);
    await expect(read(file, '/home/somebody/other')).rejects.toThrow('of another folder');
    const whole = readFileSync(file);
    whole[4] = 99;
    writeFileSync(file, whole);
    await expect(read(file)).rejects.toThrow('of another version');
    writeFileSync(file, Buffer.alloc(4 << 20));
    await expect(read(file, ROOT, 1)).rejects.toThrow('larger than its bound');
  });

  it('leaves no temporary file, and removes what killed processes left', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'fingerprints.bin');
    writeFileSync(`${file}.0.tmp`, 'half');
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(`${file}.0.tmp`, longAgo, longAgo);
    const { opened } = await import('./opened.ts');
    const process = opened(folder, file);
    await process.know(['']);
    expect(readdirSync(folder)).toEqual(['fingerprints.bin']);
    expect(process.problems).toEqual([]);
  });

  it('holds nothing that cannot be read back', async () => {
    const file = join(temporaryFolder(), 'fingerprints.bin');
    const [good] = fc.sample(known, 1) as [Known];
    await writeIndex(file, ROOT, [
      ['lone\ud800surrogate', good],
      ['other', { ...good, kind: 'other' }],
      ['short', { ...good, digest: 'short' }],
      ['good', good],
    ]);
    expect(await read(file)).toEqual([['good', good]]);
  });
});
