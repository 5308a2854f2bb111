import { digest } from '../../../cache/digest.ts';
import type { Question } from '../../matching.ts';
import type { Placed } from '../index/vector-index.ts';
import { normalForm } from '../text/normal-form.ts';

/** A question as it is compared. All identities hold what else must be equal, too. */
export interface Identified {
  readonly namespace: string;
  readonly agent: string;
  /** Of all questions whose answers may be given to each other. */
  readonly bucket: string;
  /** Of those that say the same in the same words. */
  readonly form: string;
  /** Of this very text. */
  readonly exact: string;
  readonly text: string;
}

/** A question whose answer is stored. */
export interface Asked extends Identified, Placed {
  readonly key: string;
}

/** The fingerprint holds the agent: no bucket is of two. */
export function identified({ namespace, agent, fingerprint, text }: Question): Identified {
  const bucket = digest(JSON.stringify([namespace, fingerprint]));
  return inBucket({ namespace, agent, bucket, text });
}

export function inBucket(question: Pick<Identified, 'namespace' | 'agent' | 'bucket' | 'text'>): Identified {
  const { namespace, agent, bucket, text } = question;
  const form = digest(`${bucket}\n${normalForm(text)}`);
  return { namespace, agent, bucket, form, exact: digest(`${bucket}\n${text}`), text };
}

/** The questions that can be found, the least recently used first. */
export class Questions {
  readonly #byKey = new Map<string, Asked>();
  readonly #byBucket = new Map<string, Set<Asked>>();
  readonly #byForm = new Map<string, Set<Asked>>();
  readonly #byExact = new Map<string, Set<Asked>>();
  readonly #most: () => number;
  readonly #gone: (asked: Asked) => void;

  /** `gone` hears of each that leaves. */
  constructor(most: () => number, gone: (asked: Asked) => void) {
    this.#most = most;
    this.#gone = gone;
  }

  get size(): number {
    return this.#byKey.size;
  }

  all(): readonly Asked[] {
    return [...this.#byKey.values()];
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get(key: string): Asked | undefined {
    return this.#byKey.get(key);
  }

  /** In place of what was asked under the key before. */
  add(question: Identified, key: string): Asked {
    this.remove(key);
    const asked: Asked = { ...question, key, slot: undefined };
    this.#byKey.set(key, asked);
    for (const [map, id] of this.#places(asked)) {
      const set = map.get(id);
      if (set) set.add(asked);
      else map.set(id, new Set([asked]));
    }
    this.trim();
    return asked;
  }

  /** It was of use: others leave before it. */
  touch(asked: Asked): void {
    if (this.#byKey.get(asked.key) !== asked) return;
    this.#byKey.delete(asked.key);
    this.#byKey.set(asked.key, asked);
  }

  remove(key: string): boolean {
    const asked = this.#byKey.get(key);
    if (!asked) return false;
    this.#byKey.delete(key);
    for (const [map, id] of this.#places(asked)) {
      const set = map.get(id);
      set?.delete(asked);
      if (set?.size === 0) map.delete(id);
    }
    this.#gone(asked);
    return true;
  }

  /** Down to what there is room for. */
  trim(): void {
    for (const key of this.#byKey.keys()) {
      if (this.#byKey.size <= this.#most()) return;
      this.remove(key);
    }
  }

  inBucket(bucket: string): readonly Asked[] {
    return [...(this.#byBucket.get(bucket) ?? [])];
  }

  /** The last that was added of those that say the same. */
  ofForm(form: string): Asked | undefined {
    return [...(this.#byForm.get(form) ?? [])].at(-1);
  }

  ofExact(exact: string): Asked | undefined {
    return [...(this.#byExact.get(exact) ?? [])].at(-1);
  }

  #places(asked: Asked): readonly (readonly [Map<string, Set<Asked>>, string])[] {
    return [
      [this.#byBucket, asked.bucket],
      [this.#byForm, asked.form],
      [this.#byExact, asked.exact],
    ];
  }
}
