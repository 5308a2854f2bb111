import type { Commit } from './history.ts';
import { Oracle } from './oracle.ts';
import type { Said } from './said.ts';
import type { Answer, Question, Subject } from './subject.ts';
import { Tally } from './tally.ts';
import type { WorkTree } from './work-tree.ts';

/** Questions under way at a time, as many as the warmer has. */
const AT_ONCE = 4;

/** One cache with the oracle of what it recorded. */
export class Watched {
  readonly subject: Subject;
  readonly tally: Tally;
  readonly #oracle = new Oracle();
  /** Of the last round, in the order of its questions. */
  #answers: readonly Answer[] = [];

  constructor(subject: Subject) {
    this.subject = subject;
    this.tally = new Tally(subject.name, subject.ablation);
    this.tally.problems = subject.problems;
  }

  /** At once after the files have changed: the stats are then as young as they ever are. */
  async ask(questions: readonly Question[]): Promise<void> {
    const { subject, tally } = this;
    const answers: Answer[] = [];
    let next = 0;
    const work = async () => {
      for (let at = next++; at < questions.length; at = next++)
        answers[at] = await subject.ask(questions[at] as Question);
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    tally.ms += performance.now() - began;
    this.#answers = answers;
  }

  /** Compares the round with the fresh answers to the same questions, and takes down what was stored. */
  judge(truths: readonly Said[], commit: Commit, tree: WorkTree): void {
    for (const [at, answer] of this.#answers.entries()) {
      const { key, level } = answer;
      this.tally.add(answer, truths[at] as Said, commit, this.#oracle, tree);
      const variant = level ? undefined : this.subject.recorded(key);
      if (variant) this.#oracle.stored(key, variant);
    }
  }
}
