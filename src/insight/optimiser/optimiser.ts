import type { Namespace } from '../../cache/namespace.ts';
import { durationText } from '../../cache/policy/quantities.ts';
import type { WorkspaceCache } from '../../freshness/workspace-cache.ts';
import type { ActionLog, Deed } from '../advice/action-log.ts';
import { count, percent } from '../advice/words.ts';
import type { MissFacts } from '../facts/miss-facts.ts';
import { hottest } from './hottest.ts';
import { longestTtl, type Tuning } from './tuning.ts';
import { type Passed, Windows } from './window.ts';

const ROUND_MS = 5 * 60_000;
/** Reads of a namespace in a round, before anything is done. */
const FEWEST_READS = 50;
const LONGER = 1.5;
/** Of the misses, those for a reason that something can be done about. */
const LEAST_PART = 0.3;
const MOST_WARMED = 10;
/** A key is asked for often when it was missed so many times. */
const FEWEST_MISSES = 3;
const MOST_PINNED = 20;

interface Parts {
  readonly workspace: WorkspaceCache;
  readonly misses: MissFacts;
  readonly log: ActionLog;
  readonly tuning: Tuning;
  /** Computes these keys ahead, as far as it is known how; resolves to how many were. */
  readonly refresh: (keys: readonly string[]) => Promise<number>;
  /** Policies are others now. */
  readonly reconfigure: () => void;
  readonly problem: (error: Error) => void;
}

/**
 * For namespaces whose policy says `optimise` and that are below their target: computes ahead what is
 * missed most, makes lifetimes longer, pins what is hit most. At most every five minutes; everything is
 * written down with its reason, and can be taken back.
 */
export class Optimiser {
  readonly #parts: Parts;
  readonly #windows = new Windows();
  /** Keys that a person does not want computed ahead. */
  readonly #left = new Set<string>();
  #nextAt = Number.NEGATIVE_INFINITY;
  #busy: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Does again what was done in earlier sessions and not taken back since. */
  resume(): void {
    const { log, tuning, workspace, reconfigure } = this.#parts;
    let tuned = false;
    for (const { did, reverted, by } of [...log.actions].reverse()) {
      if (by !== 'optimiser') continue;
      if (did.kind === 'ttl' && !reverted) {
        tuning.set(did.namespace, did.to);
        tuned = true;
      }
      if (did.kind === 'pins' && !reverted && this.#allows(did.namespace))
        for (const key of did.keys) workspace.cache.pin(key);
      if (did.kind === 'warm' && reverted) for (const key of did.keys) this.#left.add(key);
    }
    if (tuned) reconfigure();
  }

  /** Called about once a second. */
  beat(now: number): void {
    if (now < this.#nextAt) return;
    this.#nextAt = now + ROUND_MS;
    this.#busy = this.#busy.then(() => this.#round(now)).catch(this.#parts.problem);
  }

  /** Settles when the round under way is over. */
  settled(): Promise<void> {
    return this.#busy;
  }

  /** Takes back what it did. */
  release(did: Deed): void {
    const { tuning, workspace, reconfigure } = this.#parts;
    if (did.kind === 'ttl') {
      tuning.set(did.namespace, did.from);
      reconfigure();
    }
    if (did.kind === 'pins') for (const key of did.keys) workspace.cache.unpin(key);
    if (did.kind === 'warm') for (const key of did.keys) this.#left.add(key);
  }

  async #round(now: number): Promise<void> {
    const { workspace, misses } = this.#parts;
    await this.#forsake();
    for (const namespace of [...workspace.cache.namespaces]) {
      const passed = this.#windows.next(namespace, misses.of(namespace.name));
      const { optimise, targets } = namespace.policy;
      const target = targets?.hitRate;
      if (!optimise || target === undefined || !passed) continue;
      if (passed.reads < FEWEST_READS || passed.hitRate >= target) continue;
      const why = `${namespace.name} had a hit rate of ${percent(passed.hitRate)} in ${count(passed.reads, 'read')}, and its target is ${percent(target)}`;
      await this.#lengthen(namespace, passed, why);
      await this.#pin(namespace, passed, why);
      await this.#warm(namespace, why, now);
    }
  }

  /** Pins of namespaces that may not be optimised any more. */
  async #forsake(): Promise<void> {
    for (const { id, did, by, reverted } of this.#parts.log.actions) {
      if (by !== 'optimiser' || reverted || did.kind !== 'pins' || this.#allows(did.namespace)) continue;
      this.release(did);
      await this.#parts.log.reverted(id);
    }
  }

  #allows(namespace: string): boolean {
    return this.#parts.workspace.cache.namespaces.get(namespace).policy.optimise;
  }

  async #lengthen({ name, policy }: Namespace, passed: Passed, why: string): Promise<void> {
    const { tuning, reconfigure } = this.#parts;
    const expired = passed.part('expired');
    if (policy.ttlMs === 0 || expired < LEAST_PART || policy.ttlMs >= longestTtl(name)) return;
    const from = tuning.factor(name);
    const before = policy.ttlMs;
    tuning.set(name, from * LONGER);
    reconfigure();
    const after = this.#parts.workspace.cache.namespaces.get(name).policy.ttlMs;
    await this.#done(
      `Lifetime of ${name}: ${durationText(before)} → ${durationText(after)}`,
      `${why}; ${percent(expired)} of its misses were expired values.`,
      { kind: 'ttl', namespace: name, from, to: from * LONGER },
    );
  }

  async #pin({ name }: Namespace, passed: Passed, why: string): Promise<void> {
    const { cache } = this.#parts.workspace;
    const evicted = passed.part('evicted');
    if (evicted < LEAST_PART) return;
    const hot = await hottest(cache.entries(), name, MOST_PINNED);
    const keys = hot.filter((key) => !cache.isPinned(key) && cache.pin(key));
    if (keys.length === 0) return;
    await this.#done(
      `Pinned the ${count(keys.length, 'key')} of ${name} that are hit most`,
      `${why}; ${percent(evicted)} of its misses were values that had been driven out.`,
      { kind: 'pins', namespace: name, keys },
    );
  }

  async #warm({ name }: Namespace, why: string, now: number): Promise<void> {
    const { misses, refresh, workspace } = this.#parts;
    const keys = misses
      .of(name)
      .keys.top(MOST_WARMED)
      .filter(([key, times]) => times >= FEWEST_MISSES && !this.#left.has(key) && isGone(workspace, key, now))
      .map(([key]) => key);
    if (keys.length === 0) return;
    const warmed = await refresh(keys);
    if (warmed === 0) return; // nobody knows how they are computed
    await this.#done(
      `Computed ${count(warmed, 'key')} of ${name} ahead`,
      `${why}; these keys were missed most.`,
      { kind: 'warm', namespace: name, keys },
    );
  }

  async #done(text: string, why: string, did: Deed): Promise<void> {
    await this.#parts.log.add({ by: 'optimiser', text, why, did });
  }
}

function isGone({ cache }: WorkspaceCache, key: string, now: number): boolean {
  const entry = cache.entry(key);
  return !entry || (entry.mortal && entry.expiresAt <= now);
}
