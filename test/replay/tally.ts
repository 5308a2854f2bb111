import type { Ablation } from './ablation.ts';
import type { Commit } from './history.ts';
import { holds, type Oracle } from './oracle.ts';
import { difference, isSame, type Said } from './said.ts';
import type { Answer } from './subject.ts';
import type { WorkTree } from './work-tree.ts';

/** Findings of one kind that are told in full; the others are counted. */
const MOST_TOLD = 50;

export interface Finding {
  readonly commit: string;
  readonly subject: string;
  readonly key: string;
  readonly why: string;
}

/** What one cache did in a replay. */
export class Tally {
  readonly name: string;
  readonly ablation: Ablation | undefined;
  answers = 0;
  memoryHits = 0;
  fileHits = 0;
  /** No hits: computed, successfully or not. */
  recomputed = 0;
  /** Of these, asked for what cannot be analysed, a deleted file for example. */
  refused = 0;
  /** How many the oracle said would be recomputed. */
  oracle = 0;
  stale = 0;
  /** Keys on which cache and oracle differ, summed over the commits. */
  differences = 0;
  /** The asking, by the wall clock. */
  ms = 0;
  readonly firstStale: Finding[] = [];
  readonly firstDifferences: Finding[] = [];
  problems: readonly string[] = [];

  constructor(name: string, ablation: Ablation | undefined) {
    this.name = name;
    this.ablation = ablation;
  }

  /** One answer beside the fresh one and what the oracle expected. */
  add(answer: Answer, fresh: Said, at: Commit, oracle: Oracle, tree: WorkTree): void {
    const { said, level, key } = answer;
    const expectedHit = oracle.hits(key, tree);
    const finding = (why: string): Finding => ({
      commit: at.id.slice(0, 10),
      subject: at.subject,
      key,
      why,
    });
    this.answers++;
    if (level === 'memory') this.memoryHits++;
    else if (level) this.fileHits++;
    else this.recomputed++;
    if ('refused' in said) this.refused++;
    if (!expectedHit) this.oracle++;
    if (!isSame(said, fresh)) {
      this.stale++;
      if (this.firstStale.length < MOST_TOLD) this.firstStale.push(finding(whyStale(answer, fresh)));
    }
    if (expectedHit === (level !== undefined)) return;
    this.differences++;
    if (this.firstDifferences.length < MOST_TOLD)
      this.firstDifferences.push(finding(whyDifferent(answer, oracle, tree)));
  }
}

function whyStale({ said, level }: Answer, fresh: Said): string {
  const from = level ? `a hit from ${level}` : 'computed';
  if ('value' in said && 'value' in fresh) return `${from}: ${difference(said.value, fresh.value)}`;
  const of = (one: Said) => ('refused' in one ? `refused (${one.refused})` : 'a value');
  return `${from}: ${of(said)}, fresh ${of(fresh)}`;
}

function whyDifferent({ key, level, reason }: Answer, oracle: Oracle, tree: WorkTree): string {
  if (!level) return `recomputed (${reason ?? 'no reason given'}), though a stored variant holds`;
  const moved = oracle.variants(key).map((variant, i) => {
    const broken = variant.find((dependency) => !holds(dependency, tree));
    return `variant ${i}: ${broken ? `${broken.on} of ${'path' in broken ? broken.path : ''}` : 'holds'}`;
  });
  return `a hit from ${level}, though no stored variant holds (${moved.join('; ') || 'none is stored'})`;
}
