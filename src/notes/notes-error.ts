/**
 * `invalid`: not as it is to be given. `too-large`: beyond a bound of one note, message or state.
 * `full`: beyond the number of notes or sessions. `unknown`: no such note or session. `taken`: there
 * is one already. `secret`: it holds one. `unchecked`: nobody can tell whether it does. `unread`: an
 * input or what is stored cannot be read. `unwritten`: the disk did not take it. `busy`: another
 * process holds it.
 */
export type NotesErrorCode =
  | 'invalid'
  | 'too-large'
  | 'full'
  | 'unknown'
  | 'taken'
  | 'secret'
  | 'unchecked'
  | 'unread'
  | 'unwritten'
  | 'busy';

/** Says in one sentence or two what was wrong and what to do; nothing is kept of what was refused. */
export class NotesError extends Error {
  override readonly name = 'NotesError';
  readonly code: NotesErrorCode;

  constructor(code: NotesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
