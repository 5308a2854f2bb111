import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

/** What is in a file that comes with the program: packed beside it as `.br`, or as it is. */
export async function readPacked(file: string): Promise<Buffer> {
  const packed = await readFile(`${file}.br`).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return packed ? promisify(brotliDecompress)(packed) : readFile(file);
}
