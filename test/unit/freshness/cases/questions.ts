import type { ComputeContext } from '../../../../src/freshness/context.ts';

/** Asks for the answer to another question, which is then the input. */
type Below = (name: string) => Promise<unknown>;
export type Question = (context: ComputeContext, below: Below) => Promise<unknown>;
export type Questions = Readonly<Record<string, Question>>;

/** The contents, one after the other. */
export function read(...paths: string[]): Question {
  return async (context) => {
    const texts: string[] = [];
    for (const path of paths) texts.push((await context.readFile(path))?.text() ?? '(absent)');
    return texts.join(' ');
  };
}

export function names(folder: string): Question {
  return async (context) => (await context.list(folder))?.join(' ') ?? '(absent)';
}

export function kind(path: string): Question {
  return async (context) => context.kind(path) ?? '(absent)';
}

/** As module resolution does: the first of the candidates that is a file. */
export function first(...candidates: string[]): Question {
  return async (context) => candidates.find((path) => context.kind(path) === 'file') ?? '(none)';
}
