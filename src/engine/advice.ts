import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import type { Invalidated } from '../freshness/invalidation.ts';
import type { SelectorInput } from '../freshness/selector.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import { type Action, ActionLog, actionsSchema } from '../insight/advice/action-log.ts';
import { AdviceDesk, type SettingsWriter } from '../insight/advice/advice-desk.ts';
import { Adviser } from '../insight/advice/adviser.ts';
import { type Diagnosis, diagnose } from '../insight/advice/diagnosis.ts';
import { noneBecause } from '../insight/advice/none.ts';
import type { Asked } from '../insight/asked.ts';
import type { Keeping } from '../insight/keeping/keeping.ts';
import { KeptFiles } from '../insight/keeping/kept-files.ts';
import { Saver } from '../insight/keeping/saver.ts';
import { Optimiser } from '../insight/optimiser/optimiser.ts';
import type { Recorder } from '../insight/recorder.ts';
import { ledgerSchema, SavingsLedger } from '../insight/savings/ledger.ts';
import { Savings } from '../insight/savings/savings.ts';
import type { AdviceData, MissRatioCurve } from '../protocol/advice.ts';
import type { Period, SavingsData } from '../protocol/savings.ts';
import type { LevelSummary } from '../protocol.ts';
import type { AdviceSenses } from './advice-senses.ts';

const FOLDER = 'insight';
/** Of the ledger, and of the actions, of one process, bytes. */
const MOST_KEPT = 8 * 1024 * 1024;
/** Part of the heap's limit that a room of the memory level is advised at the most. */
const MOST_OF_HEAP = 0.25;

interface Parts {
  readonly workspace: WorkspaceCache;
  /** Computes these keys where it is known how; how many that was. */
  readonly refresh: (keys: readonly string[]) => Promise<number>;
  readonly recorder: Recorder<Stamp>;
  /** The folder of the workspace's storage; absent, nothing is kept for the next session. */
  readonly storage?: string | undefined;
  readonly settings?: SettingsWriter | undefined;
  readonly levels: () => readonly LevelSummary[];
  readonly invalidate: (selector: SelectorInput) => Promise<Invalidated>;
  readonly undo: (id: string) => Promise<unknown>;
  readonly reconfigure: () => void;
}

/** What hits have saved, what would save more, and who did what about it. */
export class Advising {
  readonly #parts: Parts;
  readonly #senses: AdviceSenses;
  readonly #adviser: Adviser;
  readonly #log: ActionLog;
  readonly #desk: AdviceDesk;
  readonly #optimiser: Optimiser;
  readonly #ledger = new SavingsLedger(Date.now());
  readonly #savings: Savings;
  readonly #saver: Saver<ReturnType<SavingsLedger['keep']>> | undefined;
  readonly #files: readonly { close(): void }[];
  readonly #loaded: Promise<void>;

  constructor(senses: AdviceSenses, parts: Parts) {
    this.#parts = parts;
    this.#senses = senses;
    const { workspace, refresh, recorder, storage, settings, levels, invalidate, undo, reconfigure } = parts;
    const problem = (error: Error) => recorder.problem('insight', error);
    const kept = { mostBytes: MOST_KEPT, problem };
    const folder = storage === undefined ? undefined : join(storage, FOLDER);
    const actions =
      folder === undefined
        ? undefined
        : new KeptFiles({ ...kept, folder, name: 'advice', schema: actionsSchema });
    const savings =
      folder === undefined
        ? undefined
        : new KeptFiles({ ...kept, folder, name: 'savings', schema: ledgerSchema });
    this.#files = [actions, savings].filter((files) => files !== undefined);
    this.#adviser = new Adviser({
      workspace,
      misses: senses.misses,
      sample: senses.sample,
      levels,
      mostBytes: () => MOST_OF_HEAP * getHeapStatistics().heap_size_limit,
      now: Date.now,
    });
    this.#log = new ActionLog(actions ?? UNKEPT, problem);
    this.#optimiser = new Optimiser({
      workspace,
      misses: senses.misses,
      log: this.#log,
      tuning: senses.tuning,
      refresh,
      reconfigure,
      problem,
    });
    this.#desk = new AdviceDesk({
      log: this.#log,
      settings,
      advice: () => this.#adviser.advice(),
      invalidate: async (keys) => (await invalidate({ keys: [...keys] })).undo,
      undo: async (id) => void (await undo(id)),
      release: (deed) => this.#optimiser.release(deed),
    });
    this.#savings = new Savings(this.#ledger, workspace.cache.namespaces);
    this.#saver =
      savings &&
      new Saver({
        keeping: savings,
        value: () => this.#ledger.keep(),
        revision: () => this.#ledger.revision,
        take: (ledger) => this.#ledger.take(ledger),
        problem,
      });
    recorder.onAsked((asked: Asked) => this.#savings.asked(asked, Date.now()));
    this.#loaded = this.#log.load().then(() => this.#optimiser.resume());
  }

  /** The parameters of which a key was made whose id is a hash. */
  told(key: string, params: Readonly<Record<string, unknown>>): void {
    this.#senses.misses.told(key, params);
  }

  /** Called about once a second. */
  beat(): void {
    const now = Date.now();
    this.#senses.sample.beat();
    this.#savings.beat(now);
    this.#saver?.beat(now);
    this.#optimiser.beat(now);
  }

  savingsData(period: Period, now = Date.now()): SavingsData {
    this.#savings.beat(now);
    return this.#savings.data(period, now);
  }

  async adviceData(): Promise<AdviceData> {
    await this.#loaded;
    this.#senses.sample.beat();
    const items = await this.#desk.items();
    const curve = this.missRatio();
    return {
      items,
      ...(curve && { curve }),
      actions: this.#log.shown,
      ...(items.length === 0 && { none: noneBecause(this.#parts.workspace.cache.namespaces) }),
    };
  }

  /** Of the common room of the memory level; undefined while too few reads were seen. */
  missRatio(): MissRatioCurve | undefined {
    return this.#adviser.curve();
  }

  /** Why the hit rate of each namespace is what it is, the lowest first. */
  async diagnosis(): Promise<Diagnosis[]> {
    const { namespaces } = this.#parts.workspace.cache;
    this.#senses.sample.beat();
    const items = await this.#desk.items();
    return diagnose([...namespaces], this.#senses.misses, items);
  }

  /** Does what an advice says. Rejects with an AdviceError when it cannot be done. */
  async apply(id: string): Promise<Action> {
    await this.#loaded;
    return this.#told(await this.#desk.apply(id));
  }

  /** Takes back what was done, by the id of the action or of the advice. Rejects with an AdviceError. */
  async revert(id: string): Promise<Action> {
    await this.#loaded;
    return this.#told(await this.#desk.revert(id));
  }

  async close(): Promise<void> {
    await this.#loaded;
    await this.#optimiser.settled();
    this.#savings.beat(Date.now());
    await this.#saver?.close();
    for (const files of this.#files) files.close();
  }

  #told(action: Action): Action {
    this.#adviser.forget();
    this.#parts.recorder.revision++;
    return action;
  }
}

/** Where there is no storage: what is done is known until the process ends. */
const UNKEPT: Keeping<never> & Keeping<readonly Action[]> = {
  takeOver: async () => [],
  save: async () => {},
};
