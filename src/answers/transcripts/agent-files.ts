import type { ProviderSource, TranscriptAgent } from '../../protocol/provider.ts';
import type { Told } from './figures.ts';
import { type Found, findFiles, inOrderOfBirth, newestFirst } from './find-files.ts';
import { FollowedFile, type Reading } from './followed-file.ts';
import type { TranscriptLimits } from './limits.ts';
import { requestsOnce } from './once.ts';
import type { AgentPlace } from './places.ts';
import type { FileRecord } from './request.ts';

export interface AgentTold extends Told {
  readonly source: ProviderSource;
  /** Files and requests that there are beyond the bounds. */
  readonly left: { readonly files: number; readonly requests: number };
}

/** The transcripts of one agent, remembered as far as they were read. */
export class AgentFiles {
  readonly #agent: TranscriptAgent;
  readonly #places: readonly AgentPlace[];
  #files = new Map<string, FollowedFile>();

  constructor(agent: TranscriptAgent, places: readonly AgentPlace[]) {
    this.#agent = agent;
    this.#places = places;
  }

  /** Rejects when it is aborted; what cannot be read is told. */
  async read(reading: Reading, most: Pick<TranscriptLimits, 'files' | 'requests'>): Promise<AgentTold> {
    const problems = new Map<string, number>();
    const failed = (error: unknown) => {
      reading.signal.throwIfAborted();
      const { code = (error as Error).name } = error as NodeJS.ErrnoException;
      problems.set(code, (problems.get(code) ?? 0) + 1);
    };
    const found: (Found & { readonly place: AgentPlace })[] = [];
    for (const place of this.#places) {
      const files = await findFiles(place, reading.signal).catch((error: unknown) => failed(error));
      for (const file of files ?? []) found.push({ ...file, place });
    }
    const kept = new Map<string, FollowedFile>();
    let requests = 0;
    for (const file of newestFirst(found).slice(0, most.files)) {
      if (requests >= most.requests) break;
      const { kind, reader } = file.place;
      const followed =
        this.#files.get(file.path) ??
        new FollowedFile({ path: file.path, kind, reader: () => reader(file.path) });
      try {
        await followed.read(file, reading);
      } catch (error) {
        failed(error);
      }
      kept.set(file.path, followed);
      requests += followed.record.requests.length;
    }
    this.#files = kept; // those that are gone are forgotten
    const records = inOrderOfBirth(found).flatMap(({ path }) => kept.get(path)?.record ?? []);
    return this.#told(records, found.length - kept.size, problems, reading);
  }

  async #told(
    records: readonly FileRecord[],
    unread: number,
    problems: ReadonlyMap<string, number>,
    { slices }: Reading,
  ): Promise<AgentTold> {
    const requests = await requestsOnce(records, slices);
    const titles = new Map(records.flatMap((record) => [...record.titles]));
    const sum = (of: 'skipped' | 'left') => records.reduce((all, record) => all + record[of], 0);
    const problem = [...problems].map(([code, count]) => `${code} (${count})`).join(', ');
    const state = records.length > 0 ? 'read' : problem === '' ? 'none' : 'failed';
    const counts = { agent: this.#agent, files: records.length, skipped: sum('skipped') };
    const told = problem !== '' && { problem: `Files or folders could not be read: ${problem}.` };
    const source: ProviderSource = { ...counts, state, ...told };
    return { agent: this.#agent, requests, titles, source, left: { files: unread, requests: sum('left') } };
  }
}
