import { gather } from './gather.ts';
import { type Found, MOST_FOUND, redact } from './redact.ts';
import { SecretsHost } from './secrets-host.ts';
import { UncheckedError } from './unchecked-error.ts';

/** Strings of one value together, in UTF-16 code units. */
const MOST_TEXT = 4 << 20;
/** For one request to the worker, ms; 4 MB take about a twentieth of it. */
const TIMEOUT_MS = 5_000;
/** Taking a secret out may show another one, once or twice. */
const ROUNDS = 4;

export interface SanitiserOptions {
  /** Path of the bundled `secrets-worker`. */
  readonly worker: string;
  /** For one request to the worker, 5,000 ms unless given. */
  readonly timeoutMs?: number;
  /**
   * Hears of every value that could not be checked, as an {@link UncheckedError}, and of a scanner that
   * ended by itself. Nothing of a value is in the error.
   */
  readonly onProblem: (error: Error) => void;
}

interface Sanitised<T> {
  readonly value: T;
  /** In no order; at most 1,000. */
  readonly found: readonly Found[];
}

/**
 * Takes secrets out of what is about to leave memory. Both methods reject with an
 * {@link UncheckedError} when a value cannot be checked: then it must stay.
 */
export interface Sanitiser {
  /**
   * Redacts within strings, names and keys, text in buffers, in arrays, objects, maps and sets, however
   * nested. The value itself is left as it is; parts without a finding are shared with the result. It
   * must not change until the result is stored.
   */
  sanitise(value: unknown): Promise<Sanitised<unknown>>;
  sanitiseText(text: string): Promise<Sanitised<string>>;
  /** What is still asked rejects. */
  close(): Promise<void>;
}

export function createSanitiser({ worker, timeoutMs = TIMEOUT_MS, onProblem }: SanitiserOptions): Sanitiser {
  const host = new SecretsHost({ worker, timeoutMs, onProblem });

  async function sanitise(value: unknown): Promise<Sanitised<unknown>> {
    try {
      return await clean(value, host);
    } catch (error) {
      // What a getter of the value throws may hold anything.
      const unchecked =
        error instanceof UncheckedError
          ? error
          : new UncheckedError('unreadable', 'A value cannot be read, and not be checked for secrets.');
      if (unchecked.reason !== 'closed') onProblem(unchecked);
      throw unchecked;
    }
  }

  return {
    sanitise,
    sanitiseText: async (text) => (await sanitise(text)) as Sanitised<string>,
    close: () => host.close(),
  };
}

/** Until nothing is found any more: so a sanitised value stays as it is when it is sanitised again. */
async function clean(value: unknown, host: SecretsHost): Promise<Sanitised<unknown>> {
  const found: Found[] = [];
  let current = value;
  for (let round = 0; round < ROUNDS; round++) {
    const gathered = await gather(current, MOST_TEXT);
    const findings = gathered.text === '' ? [] : await host.scan(gathered.text);
    const isClean = findings.length === 0;
    if (isClean && (round > 0 || gathered.trimmed.length === 0)) return { value: current, found };
    const redacted = await redact(gathered, findings);
    current = redacted.value;
    if (isClean) return { value: current, found };
    found.push(...redacted.found.slice(0, MOST_FOUND - found.length));
  }
  throw new UncheckedError('unreadable', 'A value still has secrets after they were taken out.');
}
