import type { ProviderBreak } from '../../protocol/provider.ts';
import { type Change, type ModelRequest, NAMELESS } from './request.ts';

const MINUTE = 60_000;
/** How long a provider keeps what nobody reads, ms: as it was written, or the shorter of both. */
const SHORT = 5 * MINUTE;
const LONG = 60 * MINUTE;
/** A request read much less than it could: less than this part of it, by at least so many tokens. */
const MUCH_LESS = 0.8;
const LEAST_TOKENS = 1024;

/** What of a changed prompt makes it begin differently, the likeliest first. */
const CHANGES: readonly (readonly [Change, string])[] = [
  ['version', 'The agent was updated, and with it its system prompt or its tools.'],
  ['folder', 'The working folder changed, and with it the system prompt.'],
  ['permissions', 'The permissions changed, and with them the tools or the system prompt.'],
];

/** The requests of one thread, one after the other. */
export class Chain {
  #before: ModelRequest | undefined;
  #keptMs = SHORT;

  /**
   * Whether this request, the next in time, read much less than the one before had read and written, as
   * far as its prompt is long enough to.
   */
  next(request: ModelRequest): ProviderBreak | undefined {
    const before = this.#before;
    const tokens = before && lost(before, request);
    const broken =
      before && tokens !== undefined
        ? { at: request.at, tokens, cause: causeOf(before, request, this.#keptMs) }
        : undefined;
    const { write5m = 0, write1h = 0 } = request;
    if (write1h > 0) this.#keptMs = LONG;
    else if (write5m > 0) this.#keptMs = SHORT;
    // A request that does not tell what it read is no measure for the next.
    if (request.read !== undefined) this.#before = request;
    return broken;
  }
}

/** Tokens that could have been read and were not; undefined when that is not much. */
function lost(before: ModelRequest, now: ModelRequest): number | undefined {
  const { input, read, write5m = 0, write1h = 0 } = now;
  if (input === undefined || read === undefined) return undefined;
  const there = (before.read ?? 0) + (before.write5m ?? 0) + (before.write1h ?? 0);
  const could = Math.min(there, input + read + write5m + write1h);
  const tokens = could - read;
  return tokens >= LEAST_TOKENS && read < could * MUCH_LESS ? tokens : undefined;
}

function causeOf(before: ModelRequest, now: ModelRequest, keptMs: number): string {
  const after = new Set(now.after);
  if (now.model !== before.model) {
    return `The model changed from ${before.model} to ${now.model}: each has a cache of its own.`;
  }
  if (after.has('compaction')) return 'The conversation was compacted: it begins differently since.';
  const pause = now.at - before.at;
  if (pause > keptMs) {
    return `A pause of ${duration(pause)}: what nobody reads is kept for about ${duration(keptMs)}.`;
  }
  const known = CHANGES.find(([change]) => after.has(change));
  if (known) return known[1];
  if (now.thread === NAMELESS) return 'Another sub-agent began, with a prompt of its own.';
  return 'Unknown: the transcript does not tell of anything that changed the beginning of the prompt.';
}

function duration(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
