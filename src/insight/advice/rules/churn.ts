import { type Advice, isLow, type Seen } from '../advice.ts';
import { number, percent } from '../words.ts';

const FEWEST = 30;
/** Of the misses, those of changed inputs; and of these, those of one input. */
const LEAST_PART = 0.5;
const LEAST_OF_ONE = 0.5;

/** One input that changes all the time, and with it most answers. */
export function churnAdvice({ namespace, misses }: Seen): Advice[] {
  const { name } = namespace;
  const changed = misses.of('changed');
  const part = changed / Math.max(1, misses.of());
  const [[input, times] = ['', 0]] = misses.changed.top(1);
  if (!isLow(namespace) || changed < FEWEST || part < LEAST_PART || times < LEAST_OF_ONE * changed) return [];
  return [
    {
      id: `churn:${name}:${input}`,
      kind: 'churn',
      namespace: name,
      title: `${input} changes so often that answers of ${name} seldom last`,
      text: `Every change of ${input} makes the answers invalid that rest on it, and they are computed anew. If it is generated, write it outside the workspace folder or exclude it from what is looked at; if answers need only a part of it, give that part a file of its own.`,
      evidence: [
        `${percent(part)} of the misses of ${name} (${number(changed)}) were answers of which an input had changed.`,
        `${number(times)} of these ${number(changed)} were due to ${input}.`,
      ],
    },
  ];
}
