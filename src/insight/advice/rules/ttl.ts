import { PRESETS } from '../../../cache/policy/presets.ts';
import { durationText } from '../../../cache/policy/quantities.ts';
import { type Advice, readsOf, type Seen } from '../advice.ts';
import { number, percent, roundedUp } from '../words.ts';

const FEWEST = 20;
/** Of the reads, and of the misses, those of expired values; and of these, those asked for again soon. */
const LEAST_OF_READS = 0.05;
const LEAST_PART = 0.2;
const LEAST_SOON = 0.5;
/** Asked again within so many lifetimes after it was stored is soon. */
const SOON = 2;
/** The advised lifetime would have served this part of what was asked for again soon. */
const SERVED = 0.9;
/** The advised lifetime is this much longer than what was measured. */
const MARGIN = 1.1;
/** By less it is not worth a change. */
const LEAST_LONGER = 1.2;

/** A namespace whose values are asked for again shortly after they expired. */
export function ttlAdvice({ namespace, misses }: Seen): Advice[] {
  const { name, policy } = namespace;
  const { ttlMs } = policy;
  const { reuses } = misses;
  const part = misses.of('expired') / Math.max(1, misses.of());
  if (ttlMs === 0 || reuses.length < FEWEST || part < LEAST_PART) return [];
  if (misses.of('expired') < LEAST_OF_READS * readsOf(namespace)) return [];
  const soon = reuses.filter(({ neededMs, lifetimeMs }) => neededMs <= SOON * lifetimeMs);
  if (soon.length < LEAST_SOON * reuses.length) return [];
  // A lifetime that a call chose itself is no matter of the policy.
  if (soon.filter(({ lifetimeMs }) => Math.abs(lifetimeMs - ttlMs) <= 1).length < soon.length / 2) return [];
  const needed = soon.map(({ neededMs }) => neededMs).sort((a, b) => a - b);
  const served = needed[Math.ceil(SERVED * needed.length) - 1] ?? ttlMs;
  const longest = PRESETS.get(name)?.ttlRange?.[1] ?? Number.POSITIVE_INFINITY;
  const to = Math.min(longest, roundedUp(MARGIN * served));
  if (to < LEAST_LONGER * ttlMs) return [];
  const [from, advised] = [durationText(ttlMs), durationText(to)];
  return [
    {
      id: `ttl:${name}`,
      kind: 'ttl',
      namespace: name,
      title: `Values of ${name} expire too soon: ${advised} instead of ${from}`,
      text: `They are asked for again shortly after they have expired. What rests on files is verified at every read however long it lives; of what rests on nothing, the lifetime is the longest that it can be out of date.`,
      evidence: [
        `${percent(part)} of the misses (${number(misses.of('expired'))}) were values that had expired after ${from}.`,
        `Of ${number(reuses.length)} that were asked for again, ${number(soon.length)} were so within ${durationText(Math.round(SOON * ttlMs))} of being stored; ${advised} would have served ${percent(needed.filter((ms) => ms <= to).length / reuses.length)} of all of them.`,
      ],
      edit: {
        setting: 'agentCache.namespaces',
        path: [name, 'ttl'],
        to: advised,
        text: `namespaces.${name}.ttl: ${from} → ${advised}`,
      },
    },
  ];
}
