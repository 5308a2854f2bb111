import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readPacked } from '../packed-file.ts';

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
  if (existsSync(file)) return import(pathToFileURL(file).href);
  const program = await readPacked(file);
  return import(`data:text/javascript;base64,${program.toString('base64')}`);
}
