import { randomUUID } from 'node:crypto';
import { lstat, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { withLock } from '../cache/stores/keyv-file-lock.ts';
import { StoreError } from '../cache/stores/store.ts';
import {
  durably,
  isAbsent,
  makeFolder,
  namesIn,
  sweep,
  syncFolder,
  TEMPORARY,
  writeDurably,
} from './durable.ts';
import { fileNameOf } from './file-name.ts';
import { ForeignFile, readJson } from './json-file.ts';
import { type Limits, MOST_LIMITS } from './limits.ts';
import { MessageLog } from './message-log.ts';
import { FORMAT, moment } from './note.ts';
import { NotesError } from './notes-error.ts';
import { type State, stateSchema } from './session-input.ts';
import type { ToldOnce } from './told-once.ts';

const HEAD = 'session.json';
const STATE = 'state.json';
const MESSAGES = 'messages';
const LARGEST_HEAD = 64 * 1024;
/** How long another process may hold the state, ms. */
const LOCK_WAIT_MS = 10_000;

const headSchema = z.object({
  format: z.literal(FORMAT),
  id: z.string().min(1),
  agent: z.string().optional(),
  createdAt: moment,
  historyLimit: z.int().min(1),
});

const keptSchema = z.object({
  format: z.literal(FORMAT),
  updatedAt: moment,
  state: stateSchema,
});

export interface Head {
  readonly id: string;
  readonly agent?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly historyLimit: number;
}

export interface Kept {
  readonly state: State;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** The sessions on disk, a folder each: what it is, its state, its messages. */
export class SessionFiles {
  readonly #folder: string;
  readonly #limits: () => Limits;
  readonly #told: ToldOnce;
  #swept: Promise<void> | undefined;

  constructor(folder: string, limits: () => Limits, told: ToldOnce) {
    this.#folder = folder;
    this.#limits = limits;
    this.#told = told;
  }

  /** Undefined when there is none. Rejects with a {@link NotesError} when it cannot be read. */
  async head(id: string): Promise<Head | undefined> {
    try {
      return await this.#head(fileNameOf(id));
    } catch (error) {
      throw unread(error);
    }
  }

  /** All that can be read; what cannot be is told. */
  async heads(): Promise<Head[]> {
    const heads: Head[] = [];
    for (const name of await this.#names()) {
      const head = await this.#head(name).catch((error) => this.#skip(name, error));
      if (head) heads.push(head);
      else if (await lstat(path.join(this.#folder, name)).catch(() => undefined)) {
        this.#skip(name, new Error('it is no session.'));
      }
    }
    return heads;
  }

  /**
   * Makes a session, as a whole or not at all. False when there is one already, perhaps of another
   * process. Rejects with a {@link NotesError}.
   */
  async create(head: Head, state: State): Promise<boolean> {
    await makeFolder(this.#folder);
    this.#swept ??= sweep(this.#folder, Date.now()).catch((error) => this.#told.skipped(this.#folder, error));
    await this.#swept;
    const count = (await this.#names()).length;
    const { sessions } = this.#limits();
    if (count >= sessions) {
      throw new NotesError(
        'full',
        `There are ${count} sessions, ${sessions} at the most: remove some first.`,
      );
    }
    const temporary = path.join(this.#folder, `${randomUUID()}${TEMPORARY}`);
    try {
      await makeFolder(path.join(temporary, MESSAGES));
      await this.#writeHead(temporary, head);
      await this.#writeState(temporary, { state, updatedAt: head.createdAt });
      return await durably(() => this.#moveIn(temporary, this.#of(head.id)));
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  writeHead(head: Head): Promise<void> {
    return this.#writeHead(this.#of(head.id), head);
  }

  /** Rejects with a {@link NotesError} when it cannot be read. */
  async state(id: string): Promise<Kept> {
    try {
      const most = MOST_LIMITS.stateBytes * 4 + LARGEST_HEAD; // with a line for each member
      const read = await readJson(path.join(this.#of(id), STATE), keptSchema, most);
      if (read) return read.value;
    } catch (error) {
      throw unread(error);
    }
    throw new NotesError('unread', `The state of session "${id}" is gone.`);
  }

  /** Changes the state while no other process does; on the disk when it resolves. Rejects with a {@link NotesError}. */
  async changeState(id: string, now: number, change: (state: State) => State): Promise<Kept> {
    const folder = this.#of(id);
    const work = async () => {
      const kept = { state: change((await this.state(id)).state), updatedAt: now };
      await this.#writeState(folder, kept);
      return kept;
    };
    const locked = async () => {
      try {
        return await withLock(path.join(folder, STATE), LOCK_WAIT_MS, work);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        const why = `The state of session "${id}" was not changed: ${error.message}`;
        throw new NotesError('busy', why, { cause: error });
      }
    };
    return durably(locked);
  }

  /** When the state was changed, ms since the epoch, without reading it. */
  async stateTime(id: string): Promise<number> {
    const written = await stat(path.join(this.#of(id), STATE)).catch(() => undefined); // removed meanwhile
    return Math.round(written?.mtimeMs ?? 0);
  }

  /** Removes what killed processes have left in a session; a failure is told. */
  async sweep(id: string): Promise<void> {
    for (const folder of [this.#of(id), path.join(this.#of(id), MESSAGES)]) {
      await sweep(folder, Date.now()).catch((error) => this.#told.skipped(folder, error));
    }
  }

  log(id: string): MessageLog {
    return new MessageLog(path.join(this.#of(id), MESSAGES), this.#told);
  }

  /** False when there is none. Rejects with a {@link NotesError}. */
  async remove(id: string): Promise<boolean> {
    const gone = path.join(this.#folder, `${randomUUID()}${TEMPORARY}`);
    return durably(async () => {
      try {
        await rename(this.#of(id), gone);
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
      await syncFolder(this.#folder);
      await rm(gone, { recursive: true, force: true });
      return true;
    });
  }

  async #moveIn(temporary: string, folder: string): Promise<boolean> {
    try {
      // Replaces an empty folder at the most.
      await rename(temporary, folder);
    } catch (error) {
      if (await lstat(folder).catch(() => undefined)) return false;
      throw error;
    }
    await syncFolder(this.#folder);
    return true;
  }

  async #head(name: string): Promise<Head | undefined> {
    const file = path.join(this.#folder, name, HEAD);
    const head = (await readJson(file, headSchema, LARGEST_HEAD))?.value;
    if (head && fileNameOf(head.id) !== name)
      throw new ForeignFile(`${file} is of the session "${head.id}".`);
    return head;
  }

  async #names(): Promise<string[]> {
    const names = await namesIn(this.#folder).catch((error) => {
      throw unread(error);
    });
    return names.filter((name) => !name.endsWith(TEMPORARY));
  }

  #skip(name: string, error: unknown): undefined {
    this.#told.skipped(path.join(this.#folder, name), error);
  }

  async #writeHead(folder: string, { id, agent, createdAt, historyLimit }: Head): Promise<void> {
    const at = new Date(createdAt).toISOString();
    const content = {
      format: FORMAT,
      id,
      ...(agent !== undefined && { agent }),
      createdAt: at,
      historyLimit,
    };
    await writeDurably(path.join(folder, HEAD), content);
  }

  async #writeState(folder: string, { state, updatedAt }: Kept): Promise<void> {
    const at = new Date(updatedAt).toISOString();
    await writeDurably(path.join(folder, STATE), { format: FORMAT, updatedAt: at, state });
  }

  #of(id: string): string {
    return path.join(this.#folder, fileNameOf(id));
  }
}

/** Whether there are sessions in a folder. Rejects when it cannot be read. */
export async function holdsSessions(folder: string): Promise<boolean> {
  return (await namesIn(folder)).some((name) => !name.endsWith(TEMPORARY));
}

function unread(error: unknown): NotesError {
  if (error instanceof NotesError) return error;
  return new NotesError('unread', `A session cannot be read: ${(error as Error).message}`, { cause: error });
}
