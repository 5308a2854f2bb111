import type { Range } from '../analysis/parse/syntax.ts';
import type { FileId } from '../freshness/context.ts';

/** A place in a file of the workspace, or in one outside it (then an absolute path). */
export interface Place {
  readonly path: FileId;
  readonly range: Range;
}

export interface Diagnostic extends Place {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  /** Who says so: `ts`, `eslint`. */
  readonly source?: string;
  readonly code?: string;
}

/**
 * The language servers of the editor. What they answer rests on more than can be captured, so it is
 * never cached. Positions are 0-based, characters in UTF-16 code units.
 */
export interface LanguageHost {
  /** Undefined when no language server answers in time. */
  definition(
    path: FileId,
    line: number,
    character: number,
    signal: AbortSignal,
  ): Promise<readonly Place[] | undefined>;
  references(
    path: FileId,
    line: number,
    character: number,
    signal: AbortSignal,
  ): Promise<readonly Place[] | undefined>;
  /** Of one file or folder, of all when the path is empty; what the editor shows now. */
  diagnostics(path: FileId): Promise<readonly Diagnostic[]>;
}
