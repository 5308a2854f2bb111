import type { Change, FileRecord, ModelRequest } from './request.ts';

/** Requests of one file that are kept; the oldest go. */
const MOST_REQUESTS = 20_000;

/** Collects what the rows of a file tell. */
export class Recording implements FileRecord {
  skipped = 0;
  left = 0;
  tellsReads = false;
  family: { readonly own: string; readonly parent?: string | undefined } | undefined;
  readonly titles = new Map<string, string>();
  #requests: ModelRequest[] = [];
  readonly #byId = new Map<string, number>();
  readonly #changes = new Map<string, Set<Change>>();

  get requests(): readonly ModelRequest[] {
    return this.#requests;
  }

  get last(): ModelRequest | undefined {
    return this.#requests.at(-1);
  }

  /** Of the rows with one id the last counts: while an answer streams, its tokens are told again and again. */
  add(request: ModelRequest): void {
    const { id, thread } = request;
    const known = id === undefined ? undefined : this.#byId.get(id);
    const before = known === undefined ? undefined : this.#requests[known];
    if (known !== undefined && before) {
      this.#requests[known] = { ...request, at: before.at, after: before.after };
      return;
    }
    const changes = this.#changes.get(thread);
    this.#changes.delete(thread);
    if (this.#requests.length >= MOST_REQUESTS) this.#dropOldest();
    if (id !== undefined) this.#byId.set(id, this.#requests.length);
    this.#requests.push(changes ? { ...request, after: [...changes] } : request);
  }

  /** The last request turned out to be told by another row, too. */
  dropLast(): void {
    const { id } = this.#requests.pop() ?? {};
    if (id !== undefined) this.#byId.delete(id);
  }

  /** Something happened in a thread; its next request knows of it. */
  changed(thread: string, change: Change): void {
    const changes = this.#changes.get(thread);
    if (changes) changes.add(change);
    else if (this.#changes.size < MOST_REQUESTS) this.#changes.set(thread, new Set([change]));
  }

  #dropOldest(): void {
    const half = this.#requests.length >> 1;
    this.#requests = this.#requests.slice(half);
    this.left += half;
    this.#byId.clear();
    for (const [index, { id }] of this.#requests.entries()) if (id !== undefined) this.#byId.set(id, index);
  }
}

/** Tells which of the values that shape a prompt are others than at the request before, thread by thread. */
export class Settings {
  readonly #last = new Map<string, Partial<Record<Change, string>>>();

  /** Values that are not told stay as they were. */
  update(thread: string, values: Partial<Record<Change, string | undefined>>): Change[] {
    const last = this.#last.get(thread) ?? {};
    const changed: Change[] = [];
    for (const [change, value] of Object.entries(values) as [Change, string | undefined][]) {
      if (value === undefined) continue;
      if (last[change] !== undefined && last[change] !== value) changed.push(change);
      last[change] = value;
    }
    if (this.#last.size < MOST_REQUESTS) this.#last.set(thread, last);
    return changed;
  }
}
