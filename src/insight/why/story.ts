import type { Entry } from '../../cache/entry.ts';
import type { StoredResult } from '../../cache/stored-results.ts';
import type { Stamp } from '../../freshness/stamp.ts';
import type { EntryDetail } from '../../protocol/entries.ts';
import type { RecordedMiss } from '../misses/miss-log.ts';
import { missText } from '../misses/wording.ts';

type Story = EntryDetail['story'][number];

const MOST = 30;

/** Who made an entry, as far as the cache was told. */
export interface Origin {
  readonly agents: readonly string[];
  /** The analysis or tool that the key names. */
  readonly tool?: string;
}

export function originOf({ key, stamp }: Entry<Stamp>): Origin {
  const agents = stamp.marks.tags.flatMap((tag) => (tag.startsWith(AGENT) ? [tag.slice(AGENT.length)] : []));
  const [, analysis, tool] = /^(?:analysis:([^:]+):|tool:[^:]+:([^:]+):)/.exec(key) ?? [];
  const name = analysis ?? tool;
  return { agents, ...(name !== undefined && { tool: name }) };
}

/** What happened to a key, newest first; `undoable` tells what of it can be taken back. */
export function storyOf(
  entry: Entry<Stamp> | undefined,
  results: readonly StoredResult[],
  misses: readonly RecordedMiss[],
  undoable: (miss: RecordedMiss) => string | undefined,
): Story[] {
  const story: Story[] = misses.map((miss) => {
    const text = missText(miss, undoable(miss));
    return { at: miss.at, text: `Missed: ${miss.reason}${text === undefined ? '' : `, ${text}`}.` };
  });
  for (const { createdAt, miss } of results) {
    if (createdAt === entry?.createdAt) continue;
    const state = miss === undefined ? 'the inputs as they are' : 'another state of its inputs';
    story.push({ at: createdAt, text: `Stored for ${state}.` });
  }
  if (entry) {
    story.push({ at: entry.createdAt, text: madeText(entry) });
    const { hits, lastHitAt } = entry;
    // Last hits are kept in whole seconds: one is never before what was hit.
    const at = Math.max(lastHitAt, entry.createdAt);
    if (hits > 0) story.push({ at, text: hits === 1 ? 'Hit once.' : `Hit, the last of ${hits} times.` });
  }
  // A miss and what it led to are often of one millisecond: what came of it is the newer.
  return story
    .reverse()
    .sort((a, b) => b.at - a.at)
    .slice(0, MOST);
}

function madeText(entry: Entry<Stamp>): string {
  const { agents, tool } = originOf(entry);
  const { costMs } = entry;
  const made = tool !== undefined || costMs > 0 ? 'Computed' : 'Stored';
  const what = tool === undefined ? '' : ` by ${tool}`;
  const who = agents.length > 0 ? ` for agent ${agents.join(', ')}` : '';
  const cost = costMs > 0 ? ` in ${costMs < 10 ? costMs.toFixed(1) : Math.round(costMs)} ms` : '';
  return `${made}${what}${who}${cost}.`;
}

const AGENT = 'agent:';
