import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import type { ComputeContext, FileId } from '../freshness/context.ts';
import { AnalysisError } from './analysis.ts';
import { LANGUAGES, type LanguageId, languageOf } from './languages.ts';

interface SourceFile {
  readonly language: LanguageId;
  /** UTF-8, perhaps with a byte-order mark. */
  readonly bytes: Uint8Array;
}

/** Reads a file for the analysis `name` and tags the result. Throws `AnalysisError` for what cannot be parsed. */
export async function sourceFile(
  name: string,
  path: FileId,
  maxBytes: number,
  context: ComputeContext,
): Promise<SourceFile> {
  const language = languageOf(path);
  context.tag(`analysis/${name}`);
  const folder = posix.dirname(path);
  context.tag(`folder/${folder === '.' ? '(root)' : folder}`);
  if (language) context.tag(`language/${language}`);
  const file = await context.readFile(path);
  if (!file) {
    context.confine(path); // what is there and lies outside is refused by reading it
    throw new AnalysisError(`No such file in the workspace: ${path}`);
  }
  if (!language)
    throw new AnalysisError(`${path} is in no language that is parsed; these are: ${LANGUAGES.join(', ')}.`);
  const { bytes } = file;
  if (bytes.length > maxBytes)
    throw new AnalysisError(
      `${path} has ${bytes.length} bytes; files over ${maxBytes} bytes are not parsed.`,
    );
  if (bytes.includes(0)) throw new AnalysisError(`${path} is a binary file.`);
  if (!isUtf8(bytes)) throw new AnalysisError(`${path} is not UTF-8 text: save it as UTF-8.`);
  return { language, bytes };
}
