import type { Asked } from './job.ts';
import type { KeyLoader } from './jobs.ts';

/** What was refreshed ahead of the next ask, and what became of it. */
interface Refreshed {
  computed: number;
  /** Refused by the analysis, or failed. */
  failed: number;
  /** Too many at once, or not needed any more when its turn came. */
  skipped: number;
}

/** Why an entry is refreshed: a change made it invalid, or its lifetime ends. */
export type RefreshCause = 'change' | 'expiry';

/** Since the process started. */
export class RefreshCounts {
  readonly change: Refreshed = { computed: 0, failed: 0, skipped: 0 };
  readonly expiry: Refreshed = { computed: 0, failed: 0, skipped: 0 };

  /** The same loader, its outcomes counted; what is given up is not. */
  counting(cause: RefreshCause, load: KeyLoader): KeyLoader {
    return async (key, signal) => {
      try {
        const asked = await load(key, signal);
        this.#add(cause, asked);
        return asked;
      } catch (error) {
        if (!signal.aborted) this[cause].failed++;
        throw error;
      }
    };
  }

  #add(cause: RefreshCause, asked: Asked): void {
    if (asked === 'computed') this[cause].computed++;
    else if (typeof asked === 'object') this[cause].failed++;
    else this[cause].skipped++;
  }
}
