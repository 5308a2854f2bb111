import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

interface Tokenizer {
  count(text: string): number;
}

const loaded = new Map<string, Promise<Tokenizer>>();

/** `tokenizer` is the path of the built `tokenizer`, packed (`.br`) or not, loaded with the first call. */
export async function countTokens(tokenizer: string, texts: readonly string[]): Promise<number[]> {
  let loading = loaded.get(tokenizer);
  if (!loading) {
    loading = load(tokenizer);
    loading.catch(() => loaded.delete(tokenizer));
    loaded.set(tokenizer, loading);
  }
  const { count } = await loading;
  return texts.map(count);
}

async function load(file: string): Promise<Tokenizer> {
  const packed = await readFile(`${file}.br`).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!packed) return import(pathToFileURL(file).href);
  const program = await promisify(brotliDecompress)(packed);
  return import(`data:text/javascript;base64,${program.toString('base64')}`);
}
