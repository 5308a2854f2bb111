import { appendFileSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import treeSitter from '@vscode/tree-sitter-wasm';
import type { Engine } from '../../src/engine/engine.ts';
import type { FileId } from '../../src/freshness/context.ts';
import { bundleInto } from '../replay/bundle.ts';
import { plantCorpus } from './corpus.ts';
import { openEngine } from './engine.ts';
import { inFolder } from './folder.ts';
import { median } from './measure.ts';
import { type Figure, figure } from './report.ts';

const { Language, Parser } = treeSitter;

const FILES = 2500;
/** Each round opens an empty cache and parses everything. */
const MOST_ROUNDS = 5;

interface Times {
  readonly parse: number[];
  readonly outlines: number[];
  readonly all: number[];
  readonly warm: number[];
  readonly mapCold: number[];
  readonly mapEdited: number[];
  readonly mapWarm: number[];
}

/** Analyses of a whole workspace, against parsing the same files with tree-sitter and nothing else. */
export function analyses(rounds: number): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const root = join(folder, 'project');
    const files = plantCorpus(root, FILES);
    const bundle = join(folder, 'bundle');
    await bundleInto(bundle);
    const times: Times = {
      parse: [],
      outlines: [],
      all: [],
      warm: [],
      mapCold: [],
      mapEdited: [],
      mapWarm: [],
    };
    for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) {
      times.parse.push(await parseAlone(root, files));
      await oneRound(times, () => openEngine(root, join(folder, `storage-${round}`), bundle), root, files);
    }
    return rows(times);
  });
}

async function oneRound(
  times: Times,
  open: () => Promise<Engine>,
  root: string,
  files: readonly FileId[],
): Promise<void> {
  const engine = await open();
  try {
    const ask = (name: string) => all(files, (path) => engine.runner.run(name, { path }));
    await engine.runner.run('outline', { path: files[0] }); // the thread and the grammar are there
    const cold = await ask('outline');
    times.outlines.push(cold);
    times.warm.push(await ask('outline'));
    const map = () => timed(() => engine.runner.run('repo-map', { maxTokens: 2000 }));
    times.mapCold.push(cold + (await map()));
    times.mapWarm.push(await map());
    const edited = join(root, files[files.length >> 1] as string);
    appendFileSync(edited, `\nexport const editedInRound${times.mapEdited.length} = true;\n`);
    times.mapEdited.push(await map());
  } finally {
    await engine.close();
  }
}

function rows(times: Times): Figure[] {
  const parse = { name: 'tree-sitter alone', value: median(times.parse) };
  const coldMap = { name: 'cold', value: median(times.mapCold) };
  const name = `${FILES} TypeScript files`;
  return [
    figure(`${name}: parsed with tree-sitter alone`, parse.value, 'ms'),
    figure(`${name}: outlines, cold`, median(times.outlines), 'ms', parse, {
      text: '≤ 1.3 ×',
      holds: (_, ratio) => ratio <= 1.3,
    }),
    figure(`${name}: outlines, warm`, median(times.warm), 'ms', parse),
    figure(`${name}: repo map, cold`, coldMap.value, 'ms', parse),
    figure(`${name}: repo map after one edit`, median(times.mapEdited), 'ms', coldMap, {
      text: '≤ 0.05 ×',
      holds: (_, ratio) => ratio <= 0.05,
    }),
    figure(`${name}: repo map, warm`, median(times.mapWarm), 'ms', coldMap),
  ];
}

/** Reads and parses one file after the other on this thread, and does nothing with the trees. */
async function parseAlone(root: string, files: readonly FileId[]): Promise<number> {
  const wasm = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
  await Parser.init({ wasmBinary: readFileSync(join(wasm, 'tree-sitter.wasm')) } as never);
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(join(wasm, 'tree-sitter-typescript.wasm'))));
  return timed(async () => {
    for (const path of files) parser.parse(await readFile(join(root, path), 'utf8'))?.delete();
  });
}

/** Eight at a time, so that no thread waits for the next question. */
function all(files: readonly FileId[], ask: (path: FileId) => Promise<unknown>): Promise<number> {
  return timed(async () => {
    let next = 0;
    const work = async () => {
      for (let path = files[next++]; path !== undefined; path = files[next++]) await ask(path);
    };
    await Promise.all(Array.from({ length: 8 }, work));
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const began = performance.now();
  await work();
  return performance.now() - began;
}
