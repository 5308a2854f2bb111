import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '@vscode/tree-sitter-wasm';
import { build } from 'esbuild';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LanguageId } from '../../../src/analysis/languages.ts';
import { Trees } from '../../../src/analysis/parse/trees.ts';
import { openParser, WORKER } from './built-parser.ts';

describe('the trees kept', () => {
  let parsed: string[];
  let deleted: string[];
  let trees: Trees;

  beforeEach(() => {
    parsed = [];
    deleted = [];
    trees = new Trees(async (language, text) => {
      parsed.push(`${language} ${text.slice(0, 9)}`);
      return { delete: () => deleted.push(text.slice(0, 9)) } as unknown as Tree;
    });
  });

  const use = (text: string | Uint8Array, language: LanguageId = 'go') =>
    trees.use(language, Buffer.from(text), (found) => {
      expect(deleted).not.toContain(found.text.slice(0, 9)); // not while it is used
      return found.text;
    });

  it('are found by the language and the bytes', async () => {
    for (const text of ['a', 'b', 'a']) expect(await use(text)).toBe(text);
    await use('a', 'php');
    expect(parsed).toEqual(['go a', 'go b', 'php a']);
    expect(deleted).toEqual([]);
  });

  it('are told apart by what is decoded alike', async () => {
    await use('\uFEFFa');
    await use('a');
    await use(Buffer.from([0xff]));
    await use(Buffer.from([0xfe]));
    expect(parsed).toHaveLength(4);
  });

  it('are the last 8 used, the others deleted', async () => {
    for (let i = 0; i < 8; i++) await use(`${i}`);
    await use('0');
    expect(deleted).toEqual([]);
    await use('8');
    expect(deleted).toEqual(['1']);
    await use('0');
    expect(parsed).toHaveLength(9);
  });

  it('are of 4 MB of source at the most', async () => {
    const large = (name: string, megabytes: number) => name.repeat(megabytes * 1024 * 1024);
    await use(large('a', 2));
    await use(large('b', 1));
    await use(large('c', 1));
    expect(deleted).toEqual([]);
    await use('d');
    expect(deleted).toEqual(['a'.repeat(9)]);
    await use(large('e', 5));
    expect(deleted).toHaveLength(5);
  });

  it('outlive a failure of who uses them', async () => {
    const failing = trees.use('go', Buffer.from('a'), () => {
      throw new Error('wrong');
    });
    await expect(failing).rejects.toThrow('wrong');
    expect(await use('a')).toBe('a');
    expect(parsed).toEqual(['go a']);
  });
});

describe('the thread', () => {
  const folder = dirname(WORKER);
  const COUNT = join(folder, 'parses');

  /** The worker, which writes down each parse. */
  async function countingWorker(): Promise<string> {
    const outfile = join(folder, 'counting.cjs');
    await build({
      stdin: {
        contents: `
          import { appendFileSync } from 'node:fs';
          import { Parser } from '@vscode/tree-sitter-wasm';
          const { parse } = Parser.prototype;
          Parser.prototype.parse = function (text) {
            appendFileSync(${JSON.stringify(COUNT)}, '.');
            return parse.call(this, text);
          };
          require('./src/analysis/parse/parse-worker.ts');`,
        resolveDir: new URL('../../..', import.meta.url).pathname,
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
    });
    return outfile;
  }
  const parses = () => (existsSync(COUNT) ? readFileSync(COUNT).length : 0);

  it('parses a text once for all that is asked of it', async () => {
    rmSync(COUNT, { force: true });
    const parser = openParser({ worker: await countingWorker() });
    const bytes = Buffer.from("import { a } from './a';\nexport class Cache { get() { return a; } }");
    expect((await parser.outline('typescript', bytes)).symbols).toHaveLength(1);
    expect((await parser.imports('typescript', bytes)).imports).toHaveLength(1);
    expect((await parser.names('typescript', bytes)).defines).toEqual(['Cache', 'get']);
    expect(await parser.mentions('typescript', bytes, ['Cache'])).toHaveLength(1);
    expect(parses()).toBe(1);
    await parser.outline('typescript', Buffer.from('class B {}'));
    await parser.outline('typescript', bytes);
    expect(parses()).toBe(2);
  });
});
