import type { FileDatabase } from '../../cache/stores/store.ts';
import { decodeUndo, encodeUndo, inOrder, type StoredUndo } from './undo-record.ts';

const NAMESPACE = 'u';

/** Keeps the undo log beside the entries, one record an invalidation: any process may undo it. */
export class UndoStore {
  readonly #database: FileDatabase;
  readonly #problem: (error: Error) => void;

  constructor(database: FileDatabase, problem: (error: Error) => void) {
    this.#database = database;
    this.#problem = problem;
  }

  /** Oldest first. One that cannot be read is told and removed: it cannot be undone any more. */
  async all(): Promise<StoredUndo[]> {
    const records: StoredUndo[] = [];
    const unreadable: string[] = [];
    await this.#database.each(NAMESPACE, (rows) => {
      for (const [id, bytes] of rows) {
        try {
          records.push(decodeUndo(id, bytes));
        } catch (error) {
          unreadable.push(id);
          this.#problem(
            new Error(
              `An invalidation cannot be undone, its record is unreadable: ${(error as Error).message}`,
            ),
          );
        }
      }
    });
    await this.remove(unreadable);
    return records.sort(inOrder);
  }

  async save(record: StoredUndo): Promise<void> {
    await this.#database.commit([{ namespace: NAMESPACE, key: record.id, value: await encodeUndo(record) }]);
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#database.commit(ids.map((key) => ({ namespace: NAMESPACE, key })));
  }
}
