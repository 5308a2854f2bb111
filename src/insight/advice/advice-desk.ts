import { isDeepStrictEqual } from 'node:util';
import type { AdviceItem, SettingChange } from '../../protocol/advice.ts';
import type { Action, ActionLog, Deed } from './action-log.ts';
import type { Advice, Edit } from './advice.ts';
import { valueAt, withValueAt } from './setting-value.ts';

/** Where settings are: what is set for this workspace, undefined when nothing is. */
export interface SettingsWriter {
  read(id: string): unknown;
  write(id: string, value: unknown): Promise<void>;
}

/** Says in one sentence why something was not done, and what to do. */
class AdviceError extends Error {
  override readonly name = 'AdviceError';
}

interface Parts {
  readonly log: ActionLog;
  /** Absent where there are no settings to write: then advice only says what to set. */
  readonly settings?: SettingsWriter | undefined;
  readonly advice: () => Promise<readonly Advice[]>;
  /** Resolves to the undo of the invalidation, if it has one. */
  readonly invalidate: (keys: readonly string[]) => Promise<string | undefined>;
  readonly undo: (id: string) => Promise<void>;
  /** Takes back what the optimiser did. */
  readonly release: (deed: Deed) => void;
}

/** Does what advice says, and takes it back. */
export class AdviceDesk {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The advice as people are shown it. */
  async items(): Promise<AdviceItem[]> {
    return (await this.#parts.advice()).map(({ edit, ...advice }) => ({
      ...advice,
      ...(edit && { change: this.#change(edit) }),
      state: this.#stands(advice.id) ? 'applied' : 'open',
    }));
  }

  /** Rejects with an {@link AdviceError} when there is no such advice, or nothing to be done for it. */
  async apply(id: string): Promise<Action> {
    const advice = (await this.#parts.advice()).find((one) => one.id === id);
    if (!advice) throw new AdviceError('This advice does not hold any more.');
    if (this.#stands(id)) throw new AdviceError('This advice was followed already.');
    const { edit, keys, title } = advice;
    const did = edit ? await this.#set(edit) : keys && (await this.#drop(keys));
    if (!did)
      throw new AdviceError('There is no setting to change for this advice: its text says what to do.');
    const text = edit?.text ?? `Invalidated ${keys?.length ?? 0} keys`;
    return this.#parts.log.add({ advice: id, by: 'person', text, why: title, did });
  }

  /** By the id of the action or of its advice. Rejects with an {@link AdviceError} when it cannot be taken back. */
  async revert(id: string): Promise<Action> {
    const { log, release, undo } = this.#parts;
    const action = log.find(id);
    if (!action) throw new AdviceError('There is nothing of this id to take back.');
    if (action.reverted) throw new AdviceError('It was taken back already.');
    const { did } = action;
    if (did.kind === 'setting') await this.#reset(did);
    else if (did.kind !== 'invalidation') release(did);
    else if (did.undo !== undefined) await undo(did.undo);
    else
      throw new AdviceError(
        'What was invalidated cannot be brought back: it is computed when it is asked for.',
      );
    await log.reverted(action.id);
    return { ...action, reverted: true };
  }

  #stands(advice: string): boolean {
    return this.#parts.log.actions.some((action) => action.advice === advice && !action.reverted);
  }

  #change({ setting, path, to, text }: Edit): SettingChange {
    const from = this.#parts.settings?.read(setting);
    return { setting, ...(from !== undefined && { from }), to: withValueAt(from, path, to), text };
  }

  async #set({ setting, path, to, text }: Edit): Promise<Deed> {
    const { settings } = this.#parts;
    if (!settings)
      throw new AdviceError(`There are no settings to write here. Set it where they are: ${text}`);
    const before = settings.read(setting);
    await settings.write(setting, withValueAt(before, path, to));
    const from = valueAt(before, path);
    return { kind: 'setting', setting, path: [...path], ...(from !== undefined && { from }), to };
  }

  async #reset({ setting, path, from, to }: Extract<Deed, { kind: 'setting' }>): Promise<void> {
    const { settings } = this.#parts;
    if (!settings) throw new AdviceError('There are no settings to write here.');
    const current = settings.read(setting);
    if (!isDeepStrictEqual(valueAt(current, path), to)) {
      const name = [setting, ...path].join('.');
      throw new AdviceError(`${name} was changed since, and stays as it is.`);
    }
    await settings.write(setting, withValueAt(current, path, from));
  }

  async #drop(keys: readonly string[]): Promise<Deed> {
    const undo = await this.#parts.invalidate(keys);
    return { kind: 'invalidation', ...(undo !== undefined && { undo }) };
  }
}
