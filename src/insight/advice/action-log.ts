import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { AdviceAction } from '../../protocol/advice.ts';
import type { Keeping } from '../keeping/keeping.ts';

const MOST_ACTIONS = 200;

/** What was done, as it can be taken back. */
const deedSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('setting'),
    setting: z.string(),
    path: z.array(z.string()),
    /** Absent when it was not set. */
    from: z.unknown().optional(),
    to: z.unknown(),
  }),
  /** `undo` is that of the invalidation; absent when nothing can be brought back. */
  z.object({ kind: z.literal('invalidation'), undo: z.string().optional() }),
  /** The namespace's lifetimes are so many times as long. */
  z.object({ kind: z.literal('ttl'), namespace: z.string(), from: z.number(), to: z.number() }),
  z.object({ kind: z.literal('pins'), namespace: z.string(), keys: z.array(z.string()).max(1000) }),
  z.object({ kind: z.literal('warm'), namespace: z.string(), keys: z.array(z.string()).max(1000) }),
]);

export type Deed = z.infer<typeof deedSchema>;

const actionSchema = z.object({
  id: z.string(),
  /** Of the advice that it follows; absent when nobody had given any. */
  advice: z.string().optional(),
  at: z.number(),
  by: z.enum(['person', 'optimiser']),
  text: z.string(),
  why: z.string(),
  reverted: z.boolean(),
  did: deedSchema,
});

export type Action = z.infer<typeof actionSchema>;

const savedSchema = z.array(z.unknown());

/** What was done upon advice, the newest first; bounded, and kept over restarts. */
export class ActionLog {
  readonly #keeping: Keeping<unknown>;
  readonly #now: () => number;
  #actions: readonly Action[] = [];

  constructor(keeping: Keeping<unknown>, now: () => number = Date.now) {
    this.#keeping = keeping;
    this.#now = now;
  }

  /** Takes over what earlier processes did. What does not fit is left out. */
  async load(): Promise<void> {
    const earlier = (await this.#keeping.takeOver()).flatMap((saved) => {
      const list = savedSchema.safeParse(saved);
      return list.success ? list.data.flatMap((row) => actionSchema.safeParse(row).data ?? []) : [];
    });
    if (earlier.length === 0) return;
    this.#actions = [...this.#actions, ...earlier].sort((a, b) => b.at - a.at).slice(0, MOST_ACTIONS);
    await this.#save();
  }

  get actions(): readonly Action[] {
    return this.#actions;
  }

  get shown(): readonly AdviceAction[] {
    return this.#actions.map(({ id, at, by, text, why, reverted }) => ({ id, at, by, text, why, reverted }));
  }

  /** The one of this id, or the last of this advice; undefined when there is none. */
  find(id: string): Action | undefined {
    return (
      this.#actions.find((action) => action.id === id) ??
      this.#actions.find((action) => action.advice === id && !action.reverted)
    );
  }

  async add(action: Omit<Action, 'id' | 'at' | 'reverted'>): Promise<Action> {
    const added: Action = { ...action, id: randomUUID(), at: this.#now(), reverted: false };
    this.#actions = [added, ...this.#actions].slice(0, MOST_ACTIONS);
    await this.#save();
    return added;
  }

  async reverted(id: string): Promise<void> {
    this.#actions = this.#actions.map((one) => (one.id === id ? { ...one, reverted: true } : one));
    await this.#save();
  }

  #save(): Promise<void> {
    return this.#keeping.save(this.#actions);
  }
}
