import type { RefreshCause, RefreshCount } from '../protocol/outlook.ts';
import type { Asked } from './job.ts';
import type { KeyLoader } from './jobs.ts';

type Counts = { -readonly [C in keyof RefreshCount]: number };

/** What became of what was refreshed ahead of the next ask, since the process started. */
export class RefreshCounts {
  readonly change: Counts = { computed: 0, failed: 0, skipped: 0 };
  readonly expiry: Counts = { computed: 0, failed: 0, skipped: 0 };

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
