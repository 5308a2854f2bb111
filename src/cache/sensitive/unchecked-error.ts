/** Why a value could not be checked for secrets. */
export type UncheckedReason = 'too-large' | 'unreadable' | 'too-slow' | 'crashed' | 'busy' | 'closed';

/**
 * Nobody knows whether the value holds secrets: it must not leave memory. `message` is one sentence
 * for people and holds nothing of the value.
 */
export class UncheckedError extends Error {
  override readonly name = 'UncheckedError';
  readonly reason: UncheckedReason;

  constructor(reason: UncheckedReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
