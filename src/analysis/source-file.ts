import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { type ComputeContext, type FileId, TOO_LARGE } from '../freshness/context.ts';
import { AnalysisError } from './analysis.ts';
import { LANGUAGES, type LanguageId, languageOf } from './languages.ts';

interface SourceFile {
  readonly language: LanguageId;
  /** UTF-8, perhaps with a byte-order mark. */
  readonly bytes: Uint8Array;
}

/** Says nothing of how large it is: the refusal is the same while it grows. */
export function tooLarge(path: FileId, maxBytes: number, done: string): AnalysisError {
  return new AnalysisError(
    `${path} is too large: files over ${maxBytes} bytes are not ${done} (setting agentCache.analysis.maxFileKilobytes).`,
  );
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
  const file = await context.readUpTo(path, maxBytes);
  if (!file) {
    context.confine(path); // what is there and lies outside is refused by reading it
    throw new AnalysisError(`No such file in the workspace: ${path}`);
  }
  if (!language)
    throw new AnalysisError(`${path} is in no language that is parsed; these are: ${LANGUAGES.join(', ')}.`);
  if (file === TOO_LARGE) throw tooLarge(path, maxBytes, 'parsed');
  const { bytes } = file;
  if (bytes.includes(0)) throw new AnalysisError(`${path} is a binary file.`);
  if (!isUtf8(bytes)) throw new AnalysisError(`${path} is not UTF-8 text: save it as UTF-8.`);
  return { language, bytes };
}
