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

/** What is kept for the next session. */
export const actionsSchema = z.array(actionSchema).max(MOST_ACTIONS).readonly();

/** What was done upon advice, the newest first; bounded, and kept over restarts. */
export class ActionLog {
  readonly #keeping: Keeping<readonly Action[]>;
  readonly #problem: (error: Error) => void;
  readonly #now: () => number;
  #actions: readonly Action[] = [];

  constructor(
    keeping: Keeping<readonly Action[]>,
    problem: (error: Error) => void,
    now: () => number = Date.now,
  ) {
    this.#keeping = keeping;
    this.#problem = problem;
    this.#now = now;
  }

  /** Takes over what ended processes did. */
  async load(): Promise<void> {
    try {
      const earlier = (await this.#keeping.takeOver()).flat();
      if (earlier.length === 0) return;
      const byId = new Map([...earlier, ...this.#actions].map((action) => [action.id, action]));
      this.#actions = [...byId.values()].sort((a, b) => b.at - a.at).slice(0, MOST_ACTIONS);
    } catch (error) {
      this.#problem(error as Error);
    }
    await this.#save();
  }

  get actions(): readonly Action[] {
    return this.#actions;
  }

  get shown(): readonly AdviceAction[] {
    return this.#actions.map(({ id, at, by, text, why, reverted }) => ({ id, at, by, text, why, reverted }));
  }

  /** The one of this id, or the last of this advice that stands; undefined when there is none. */
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

  /** What was done is done, though it may not be known after a restart. */
  async #save(): Promise<void> {
    try {
      await this.#keeping.save(this.#actions);
    } catch (error) {
      this.#problem(error as Error);
    }
  }
}
