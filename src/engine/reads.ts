import type { Told } from '../answers/proxy/proxy-parts.ts';
import { Served } from '../answers/proxy/served.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import { isKnownStill, type KnownNote } from '../notes/known-note.ts';
import { topicOf } from '../notes/note-states.ts';

/** What agents have been told of the workspace lately: what they ask their models may come of it. */
export class Reads {
  readonly #workspace: WorkspaceCache;
  readonly #entries = new Served<Stamp>(Date.now);
  readonly #notes = new Served<KnownNote>(Date.now);

  constructor(workspace: WorkspaceCache) {
    this.#workspace = workspace;
  }

  /** An entry was served. */
  entry(agent: string, key: string): void {
    const entry = this.#workspace.cache.entry(key);
    if (entry) this.#entries.add(agent, key, entry.stamp);
  }

  /**
   * A note was told, or that there is none. What an agent writes itself is no reading; but when it had
   * read the note before, it knows it as it is now.
   */
  note(known: KnownNote): void {
    const { agent, key, by } = known;
    if (by === 'telling' || this.#notes.has(agent, key)) this.#notes.add(agent, key, known);
  }

  /** Of the last hour. */
  lately(agent: string): readonly Told[] {
    const { cache, fingerprints, facts } = this.#workspace;
    const entries = this.#entries.lately(agent).map(({ key, stamp }) => ({
      name: key,
      dependsOn: [{ entry: key }],
      isCurrent: () => cache.entry(key)?.stamp === stamp,
    }));
    const now = { fingerprints, topic: (name: string) => facts.value('topic', name) };
    const notes = this.#notes.lately(agent).map(({ key, stamp }) => ({
      name: `note ${key}`,
      dependsOn: [
        { topic: topicOf(key) },
        ...stamp.files.map(({ path, digest }) => (digest === null ? { absent: path } : { file: path })),
      ],
      isCurrent: () => isKnownStill(stamp, now),
    }));
    return [...entries, ...notes];
  }
}
