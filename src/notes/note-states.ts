import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { digest } from '../cache/digest.ts';
import type { Seen } from '../freshness/dependency.ts';
import type { TopicSource } from '../freshness/facts.ts';
import { isRacy, isSame } from '../freshness/racy.ts';
import { LARGEST_NOTE_FILE, noteFileName } from './note-files.ts';

/** Before the key of a note in the name of its topic. */
const PREFIX = 'memory:';

/** What rests on a note depends on this by name. */
export function topicOf(key: string): string {
  return PREFIX + key;
}

/** Notes whose digest is remembered. */
const MOST_KNOWN = 1000;
const MOST_READS = 3;

/**
 * What the disk says of the notes that entries rest on by their topics: a process that is killed
 * after it wrote a note, and before it told of that, leaves no entry of the old one behind.
 */
export class NoteStates implements TopicSource {
  readonly #folder: string;
  readonly #known = new LRUCache<string, { readonly seen: Seen; readonly digest: string }>({
    max: MOST_KNOWN,
  });

  constructor(folder: string) {
    this.#folder = folder;
  }

  tells(topic: string): boolean {
    return topic.startsWith(PREFIX);
  }

  /** The digest of the note's file; undefined when there is none. Throws when it cannot be read. */
  state(topic: string): string | undefined {
    const name = noteFileName(topic.slice(PREFIX.length));
    const file = path.join(this.#folder, name);
    for (let reads = 0; reads < MOST_READS; reads++) {
      const before = seenAt(file);
      if (!before) return undefined;
      const known = this.#known.get(name);
      if (known && isSame(asFile(known.seen), asFile(before)) && !isRacy(known.seen, Date.now()))
        return known.digest;
      if (before.size > LARGEST_NOTE_FILE) throw new Error(`${file} is larger than any note.`);
      const content = digest(readFileSync(file));
      const after = seenAt(file);
      if (!after || !isSame(asFile(before), asFile(after))) continue;
      this.#known.set(name, { seen: before, digest: content });
      return content;
    }
    throw new Error(`${file} does not come to rest.`);
  }
}

function seenAt(file: string): Seen | undefined {
  const at = Date.now();
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  const { mtimeMs, ctimeMs, size, ino } = stat;
  return { mtimeMs, ctimeMs, size, ino, at };
}

function asFile(seen: Seen): Seen & { readonly kind: 'file' } {
  return { ...seen, kind: 'file' };
}
