import type { Observer } from '../cache/guard.ts';
import type { Namespaces } from '../cache/namespace.ts';
import type { Policy } from '../cache/policy/policy.ts';
import type { Stamp } from '../freshness/stamp.ts';
import { MissFacts } from '../insight/facts/miss-facts.ts';
import { observing } from '../insight/facts/observing.ts';
import { ReadSample } from '../insight/miss-ratio/read-sample.ts';
import { Tuning } from '../insight/optimiser/tuning.ts';

/** What has to be there before the cache is: it hears of every read, and has a say in the policies. */
export class AdviceSenses {
  readonly misses = new MissFacts();
  readonly tuning = new Tuning();
  #sample: ReadSample | undefined;

  policy(policy: Policy, namespace: string): Policy {
    return this.tuning.of(policy, namespace);
  }

  observer(observer: Observer<Stamp>, namespaces: Namespaces): Observer<Stamp> {
    this.#sample = new ReadSample(namespaces);
    return observing(observer, this.misses, this.#sample);
  }

  get sample(): ReadSample {
    if (!this.#sample) throw new Error('The cache is not observed yet.');
    return this.#sample;
  }
}
