import type { Asked } from '../insight/asked.ts';
import type { Keeping } from '../insight/keeping/keeping.ts';
import { type KeptUsage, Usage } from './usage.ts';

/** What was counted is written down this often at the most, ms. */
const SAVE_MS = 5 * 60_000;

interface UsageLogOptions {
  /** Absent, use is remembered for this session only. */
  readonly keeping: Keeping<KeptUsage> | undefined;
  /** Whether a key may be remembered, and written down. */
  readonly wanted: (key: string, namespace: string) => boolean;
  readonly problem: (error: Error) => void;
  readonly now: () => number;
}

/** The use of keys, from session to session. */
export class UsageLog {
  readonly usage = new Usage();
  readonly #options: UsageLogOptions;
  #changed = false;
  #savedAt: number;
  #saving: Promise<void> = Promise.resolve();
  #taken: Promise<void> | undefined;

  constructor(options: UsageLogOptions) {
    this.#options = options;
    this.#savedAt = options.now();
  }

  asked({ key, namespace, agent }: Asked): void {
    if (!this.#options.wanted(key, namespace)) return;
    void this.takeOver();
    this.usage.add(key, this.#options.now(), agent);
    this.#changed = true;
  }

  /** Settles when what earlier processes have counted is part of it; reads the storage once. */
  takeOver(): Promise<void> {
    this.#taken ??= this.#takeOver();
    return this.#taken;
  }

  beat(): void {
    if (!this.#changed || this.#options.now() - this.#savedAt < SAVE_MS) return;
    void this.save();
  }

  /** Writes down what has changed; a failure is told, not thrown. */
  save(): Promise<void> {
    this.#savedAt = this.#options.now();
    const before = Promise.all([this.#taken, this.#saving]);
    this.#saving = before.then(() => this.#save());
    return this.#saving;
  }

  async #takeOver(): Promise<void> {
    try {
      const left = (await this.#options.keeping?.takeOver()) ?? [];
      for (const kept of left) this.usage.merge(kept, this.#options.now());
      // It is this process's own now: nobody else has it any more.
      if (left.length > 0) {
        this.#changed = true;
        await this.#save();
      }
    } catch (error) {
      this.#options.problem(error as Error);
    }
  }

  async #save(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    try {
      await this.#options.keeping?.save(this.usage.kept());
    } catch (error) {
      this.#changed = true;
      this.#options.problem(error as Error);
    }
  }
}
