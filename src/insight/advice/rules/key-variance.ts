import { type Advice, isLow, type Seen } from '../advice.ts';
import { number, percent } from '../words.ts';
import { keyParams } from './key-params.ts';

const FEWEST = 30;
/** Of the misses, those of keys never asked for before. */
const LEAST_PART = 0.5;
/** A parameter varies when this part of the keys have a value of their own for it. */
const VARIES = 0.8;
/** Without what varies, so few keys are left, as a part of them. */
const COLLAPSES = 0.2;
/** Answers to compare, and how many of them have to be equal. */
const FEWEST_COMPARED = 10;
const EQUAL = 0.9;

export interface KeyInsight {
  /** What a hashed key was made of, when it was told. */
  readonly told: (key: string) => Readonly<Record<string, unknown>> | undefined;
  /** Names the value that memory has for the key: equal names, equal values. */
  readonly digest: (key: string) => string | undefined;
}

interface Key {
  readonly key: string;
  readonly params: ReadonlyMap<string, string>;
}

/** Parameters that make every key a new one although the answers are the same. */
export function keyVarianceAdvice(seen: Seen, insight: KeyInsight): Advice[] {
  const { namespace, misses } = seen;
  const part = misses.of('never-cached') / Math.max(1, misses.of());
  if (!isLow(namespace) || misses.of('never-cached') < FEWEST || part < LEAST_PART) return [];
  const groups = new Map<string, Key[]>();
  for (const key of misses.unseen) {
    const found = keyParams(key, insight.told(key));
    if (!found) continue;
    const group = groups.get(found.group) ?? [];
    group.push({ key, params: found.params });
    groups.set(found.group, group);
  }
  const largest = [...groups.values()].sort((a, b) => b.length - a.length);
  for (const keys of largest) {
    const advice = ofGroup(namespace.name, keys, part, insight);
    if (advice) return [advice];
  }
  return [];
}

function ofGroup(
  name: string,
  keys: readonly Key[],
  part: number,
  { digest }: KeyInsight,
): Advice | undefined {
  if (keys.length < FEWEST) return undefined;
  const names = [...(keys[0]?.params.keys() ?? [])];
  const varying = names.filter(
    (param) => new Set(keys.map(({ params }) => params.get(param))).size >= VARIES * keys.length,
  );
  // Nothing would be left to tell keys apart, as with the path of a file that is read for the first time.
  if (varying.length === 0 || varying.length === names.length) return undefined;
  const rest = ({ params }: Key) =>
    names.flatMap((param) => (varying.includes(param) ? [] : [params.get(param)])).join('|');
  const alike = Map.groupBy(keys, rest);
  if (alike.size > COLLAPSES * keys.length) return undefined;
  const { compared, equal } = compare([...alike.values()], digest);
  // Whether a parameter matters only the answers can tell.
  if (compared < FEWEST_COMPARED || equal < EQUAL * compared) return undefined;
  const named = varying.join(' and ');
  const quoted = varying.map((param) => JSON.stringify(param)).join(', ');
  return {
    id: `key-variance:${name}:${varying.join('+')}`,
    kind: 'key-variance',
    namespace: name,
    title: `${named} ${varying.length === 1 ? 'makes' : 'make'} nearly every key of ${name} a new one`,
    text: `Nobody asks for such a key twice. As the answer does not depend on ${named}, leave it out of the parts that the key is made of; for results of tools that is the policy "keyParams": {"ignore": [${quoted}]}.`,
    evidence: [
      `${percent(part)} of the misses of ${name} were keys that had never been asked for.`,
      `Of the last ${number(keys.length)} such keys with the parameters ${names.join(', ')}, ${number(alike.size)} would be left without ${named}.`,
      `Of ${number(compared)} answers to keys that differ in ${named} alone, ${number(equal)} were the same.`,
    ],
  };
}

/** Of the values that memory has for keys that are alike, how many equal the most frequent one. */
function compare(
  groups: readonly (readonly Key[])[],
  digest: KeyInsight['digest'],
): { compared: number; equal: number } {
  let compared = 0;
  let equal = 0;
  for (const group of groups) {
    const digests = group.flatMap(({ key }) => digest(key) ?? []);
    if (digests.length < 2) continue;
    const classes = Map.groupBy(digests, (name) => name);
    compared += digests.length;
    equal += Math.max(...[...classes.values()].map(({ length }) => length));
  }
  return { compared, equal };
}
