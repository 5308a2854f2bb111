import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Language, Parser, type Tree } from '@vscode/tree-sitter-wasm';
import { importsOf } from '../imports/extract.ts';
import type { LanguageId } from '../languages.ts';
import { symbolsOf } from '../outline/rules.ts';
import { ENGINE_FILE, GRAMMAR_FILES } from './grammars.ts';
import type { Answers, ParseReply, ParseRequest, Task } from './messages.ts';
import { countErrors } from './syntax.ts';

/** The entry of the thread that parses. Started by `Parser`, one request at a time. */
const { grammars } = workerData as { grammars: string };
const port = parentPort;
if (!port) throw new Error('parse-worker runs in a worker thread only.');

let engine: Promise<Parser> | undefined;
const loaded = new Map<LanguageId, Promise<Language>>();

/** Drops a byte-order mark. */
const decoder = new TextDecoder();
const LONE_RETURN = /\r(?!\n)/g;

async function startEngine(): Promise<Parser> {
  // Read here: the engine's own loader writes to stderr when the file is missing.
  const wasmBinary = await readFile(join(grammars, ENGINE_FILE));
  const options = { wasmBinary, locateFile: () => ENGINE_FILE };
  await Parser.init(options);
  return new Parser();
}

function grammar(language: LanguageId): Promise<Language> {
  const known = loaded.get(language);
  if (known) return known;
  const loading = readFile(join(grammars, GRAMMAR_FILES[language])).then((wasm) => Language.load(wasm));
  loaded.set(language, loading);
  loading.catch(() => loaded.delete(language));
  return loading;
}

const TASKS: { [T in Task]: (language: LanguageId, tree: Tree) => Answers[T] } = {
  outline: (language, tree) => ({
    symbols: symbolsOf(language, tree.rootNode),
    errors: countErrors(tree),
  }),
  imports: (language, tree) => importsOf(language, tree),
};

async function answer({ task, language, bytes }: ParseRequest): Promise<Answers[Task]> {
  engine ??= startEngine();
  const parser = await engine;
  parser.setLanguage(await grammar(language));
  // A lone CR ends a line for VS Code and not for tree-sitter; the length stays the same.
  const tree = parser.parse(decoder.decode(bytes).replace(LONE_RETURN, '\n'));
  if (!tree) throw new Error(`The ${language} parser gave no tree.`);
  try {
    return TASKS[task](language, tree);
  } finally {
    tree.delete();
  }
}

port.on('message', (request: ParseRequest) => {
  answer(request).then(
    (found) => port.postMessage({ answer: found } satisfies ParseReply),
    (error: unknown) => port.postMessage({ problem: String(error) } satisfies ParseReply),
  );
});
