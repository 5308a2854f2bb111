import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Language, Parser, type Tree } from '@vscode/tree-sitter-wasm';
import { importsOf } from '../imports/extract.ts';
import type { LanguageId } from '../languages.ts';
import { identifierAt, mentionsOf } from '../mentions/extract.ts';
import { namesOf } from '../names/extract.ts';
import { symbolsOf } from '../outline/rules.ts';
import { readPacked } from '../packed-file.ts';
import { scan } from '../search/scan.ts';
import { countTokens } from '../tokens/count.ts';
import { ENGINE_FILE, GRAMMAR_FILES } from './grammars.ts';
import type { Answers, ParseReply, ParseRequest, Task } from './messages.ts';
import { countErrors } from './syntax.ts';
import { Trees } from './trees.ts';

/** The entry of the thread that parses, searches and counts. Started by `Parser`, one request at a time. */
const { grammars, tokenizer } = workerData as { readonly grammars: string; readonly tokenizer: string };
const port = parentPort;
if (!port) throw new Error('parse-worker runs in a worker thread only.');

let engine: Promise<Parser> | undefined;
const loaded = new Map<LanguageId, Promise<Language>>();
const trees = new Trees(parse);

async function startEngine(): Promise<Parser> {
  // Read here: the engine's own loader writes to stderr when the file is missing.
  const wasmBinary = await readPacked(join(grammars, ENGINE_FILE));
  const options = { wasmBinary, locateFile: () => ENGINE_FILE };
  await Parser.init(options);
  return new Parser();
}

function grammar(language: LanguageId): Promise<Language> {
  const known = loaded.get(language);
  if (known) return known;
  const loading = readPacked(join(grammars, GRAMMAR_FILES[language])).then((wasm) => Language.load(wasm));
  loaded.set(language, loading);
  loading.catch(() => loaded.delete(language));
  return loading;
}

async function parse(language: LanguageId, text: string): Promise<Tree> {
  engine ??= startEngine();
  const parser = await engine;
  parser.setLanguage(await grammar(language));
  const tree = parser.parse(text);
  if (!tree) throw new Error(`The ${language} parser gave no tree.`);
  return tree;
}

function answer(request: ParseRequest): Promise<Answers[Task]> | Answers[Task] {
  if (request.task === 'search') return scan(request);
  if (request.task === 'countTokens') return countTokens(tokenizer, request.texts);
  return trees.use(request.language, request.bytes, (parsed) => {
    const { language, tree } = parsed;
    switch (request.task) {
      case 'outline':
        return { symbols: symbolsOf(language, tree.rootNode), errors: countErrors(tree) };
      case 'imports':
        return importsOf(language, tree);
      case 'names':
        return namesOf(parsed);
      case 'mentions':
        return mentionsOf(parsed, request.names);
      case 'identifierAt':
        return identifierAt(parsed, request.position);
    }
  });
}

async function reply(request: ParseRequest): Promise<ParseReply> {
  try {
    return { answer: await answer(request) };
  } catch (error) {
    return { problem: String(error) };
  }
}

port.on('message', async (request: ParseRequest) => port.postMessage(await reply(request)));
