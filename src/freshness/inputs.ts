import type { Miss } from '../cache/guard.ts';
import type { Dependency, Fact } from './dependency.ts';
import type { EntryInputs } from './entries/entry-inputs.ts';
import type { Session } from './entries/session.ts';
import { type Facts, factDigest } from './facts.ts';
import type { Fingerprint, Fingerprints } from './fingerprints.ts';
import type { NamedGlobs } from './named-globs.ts';
import type { Stamp } from './stamp.ts';

/** Everything that entries can rest on, as it is now. */
export class Inputs {
  readonly fingerprints: Fingerprints;
  readonly globs: NamedGlobs;
  readonly facts: Facts;
  readonly entries: EntryInputs;

  constructor(fingerprints: Fingerprints, globs: NamedGlobs, facts: Facts, entries: EntryInputs) {
    this.fingerprints = fingerprints;
    this.globs = globs;
    this.facts = facts;
    this.entries = entries;
  }

  /** The state now, for a few stats at the most; undefined when only {@link settle} can tell. */
  glance(dependency: Dependency, holds: (stamp: Stamp) => boolean): Fingerprint | undefined {
    switch (dependency.on) {
      case 'content':
      case 'names':
        return this.fingerprints.probe(dependency.path);
      case 'kind':
        return this.fingerprints.kind(dependency.path);
      case 'over':
        return this.fingerprints.over(dependency.path, dependency.bytes);
      case 'glob':
        return valued(this.globs.probe(dependency.glob));
      case 'entry':
        return valued(this.entries.glance(dependency.key, holds));
      default:
        return this.#fact(dependency.on, dependency.name);
    }
  }

  /** The state at some moment after the session began; undefined when it cannot be told. */
  async settle(
    dependency: Dependency,
    session: Session,
    verify: (stamp: Stamp) => Promise<Miss | undefined>,
  ): Promise<Fingerprint | undefined> {
    switch (dependency.on) {
      case 'content':
      case 'names':
        return this.fingerprints.settle(dependency.path);
      case 'kind':
        return this.fingerprints.kind(dependency.path);
      case 'over':
        return this.fingerprints.over(dependency.path, dependency.bytes);
      case 'glob':
        return valued(await this.globs.settle(dependency.glob));
      case 'entry':
        return valued(await this.entries.settle(dependency.key, session, verify));
      default:
        return this.#fact(dependency.on, dependency.name);
    }
  }

  #fact(on: Fact, name: string): Fingerprint | undefined {
    try {
      return { kind: 'value', digest: factDigest(this.facts.value(on, name)) };
    } catch {
      return UNREADABLE; // of a shared record, perhaps: what cannot be looked up is in doubt
    }
  }
}

const UNREADABLE: Fingerprint = { kind: 'unreadable', digest: null };

function valued(digest: string | undefined): Fingerprint | undefined {
  return digest === undefined ? undefined : { kind: 'value', digest };
}
