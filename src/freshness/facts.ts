import { digest } from '../cache/digest.ts';
import { canonicalJson } from '../cache/keys/canonical.ts';
import type { Fact } from './dependency.ts';

/** Where values come from that are neither files nor entries. Looked up at every verification: must be cheap. */
export interface FactSources {
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** A setting's value, JSON-like. */
  setting(id: string): unknown;
  /** Topics that something durable tells of; absent, only invalidations do. */
  readonly topics?: TopicSource;
}

/** Tells whether what a topic names is as it was, also when nobody announced that it changed. */
export interface TopicSource {
  tells(topic: string): boolean;
  /** Undefined when there is nothing of that name. Throws when it cannot be told. */
  state(topic: string): string | undefined;
}

/** Producers whose version is known. */
const MOST_PRODUCERS = 1000;
/** Longest name of a fact, characters. */
const LONGEST_NAME = 500;

/**
 * Values of the environment and of settings, and versions of producers. Entries remember them by
 * digest only: an environment may hold secrets.
 */
export class Facts {
  readonly #sources: FactSources;
  readonly #versions = new Map<string, string>();

  constructor(sources: FactSources = { env: (name) => process.env[name], setting: () => undefined }) {
    this.#sources = sources;
  }

  /** Says which version of a producer runs here; entries that rest on another one do not hold. */
  declare(producer: string, version: string): void {
    if (!this.#versions.has(producer) && this.#versions.size >= MOST_PRODUCERS) {
      throw new Error(`At most ${MOST_PRODUCERS} producers can declare their version.`);
    }
    this.#versions.set(producer, version);
  }

  /** Whether the state of a topic can be looked up. */
  tells(topic: string): boolean {
    return this.#sources.topics?.tells(topic) === true;
  }

  /** Undefined when there is none. */
  value(on: Fact, name: string): unknown {
    if (name === '' || name.length > LONGEST_NAME)
      throw new Error(`The name of a variable, setting or producer has 1 to ${LONGEST_NAME} characters.`);
    if (on === 'env') return this.#sources.env(name);
    if (on === 'topic') return this.#sources.topics?.state(name);
    return on === 'setting' ? this.#sources.setting(name) : this.#versions.get(name);
  }
}

/** Null for what there is not. Throws a KeyError for what is not JSON. */
export function factDigest(value: unknown): string | null {
  return value === undefined ? null : digest(canonicalJson(value, 'value'));
}
