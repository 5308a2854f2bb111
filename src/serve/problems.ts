import { AnalysisError } from '../analysis/analysis.ts';
import { BodyTooLarge } from '../answers/proxy/read-body.ts';
import { UpstreamError } from '../answers/proxy/upstream.ts';
import { WishError } from '../answers/proxy/wishes.ts';
import { KeyError } from '../cache/key.ts';
import { RequestError } from '../cache/policy/narrow.ts';
import { PathError } from '../freshness/disk.ts';
import { GlobError } from '../freshness/glob.ts';
import { RegexError } from '../freshness/key-regex.ts';
import { DeclarationError } from '../freshness/leases/declared.ts';
import { LeaseRefused } from '../freshness/leases/leases.ts';
import { SelectorError } from '../freshness/selector.ts';
import { UndoError } from '../freshness/undo/undo-log.ts';
import { FilterError } from '../insight/entries/filter.ts';
import { NotesError } from '../notes/notes-error.ts';
import { ToolError } from '../tools/tool.ts';
import { notesProblem } from './notes.ts';
import { Problem } from './problem.ts';

/** Errors whose message is for the client, and the answer that they are. */
const KNOWN: readonly (readonly [new (...given: never[]) => Error, Problem['status'], string])[] = [
  [KeyError, 400, 'No key'],
  [RequestError, 400, 'The request body does not fit'],
  [SelectorError, 400, 'The request body does not fit'],
  [LeaseRefused, 409, 'Not stored'],
  [UndoError, 409, 'Not undone'],
  [ToolError, 422, 'Cannot be answered'],
  [AnalysisError, 422, 'Cannot be answered'],
  [PathError, 422, 'Cannot be answered'],
  [FilterError, 422, 'Cannot be answered'],
  [GlobError, 422, 'Cannot be answered'],
  [RegexError, 422, 'Cannot be answered'],
  [DeclarationError, 422, 'Not as declared'],
  [WishError, 400, 'The request does not fit'],
  [BodyTooLarge, 413, 'Body too large'],
  [UpstreamError, 502, 'No answer from the provider'],
];

/** Undefined for an error that is none of the client's. */
export function problemOf(error: Error): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof NotesError) return notesProblem(error);
  const known = KNOWN.find(([kind]) => error instanceof kind);
  return known && new Problem(known[1], known[2], error.message);
}
