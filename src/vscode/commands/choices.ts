import { LEVELS } from '../../cache/policy/policy.ts';
import { Slices } from '../../cache/slices.ts';
import { lineage } from '../../freshness/generations.ts';
import type { SelectorInput } from '../../freshness/selector.ts';
import type { WorkspaceCache } from '../../freshness/workspace-cache.ts';

/** One thing that can be invalidated, and what that would hit. */
interface Choice {
  readonly name: string;
  readonly selector: SelectorInput;
  readonly entries: number;
  readonly bytes: number;
}

export interface ChoiceGroup {
  readonly title: string;
  readonly choices: readonly Choice[];
}

/** Names offered in one group, those with most entries. */
const MOST_OFFERED = 200;
const AGENT = 'agent:';

interface Count {
  entries: number;
  bytes: number;
}

/** What there is to choose from, counted in one look at all entries; groups without a choice are left out. */
export async function choices({ cache }: WorkspaceCache): Promise<readonly ChoiceGroup[]> {
  const namespaces = new Map<string, Count>();
  const agents = new Map<string, Count>();
  const topics = new Map<string, Count>();
  const levels = new Map<string, Count>();
  const slices = new Slices();
  for (const entry of [...cache.entries()]) {
    if (slices.due) await slices.pause();
    const { marks } = entry.stamp;
    const { bytes } = entry;
    add(namespaces, entry.namespace.name, bytes);
    for (const tag of marks.lineages) if (tag.startsWith(AGENT)) add(agents, tag.slice(AGENT.length), bytes);
    for (const topic of new Set(marks.topics.flatMap(lineage))) add(topics, topic, bytes);
    const on = { memory: entry.inMemory, file: entry.inFile, shared: entry.inShared };
    for (const level of LEVELS) if (on[level]) add(levels, level, bytes);
  }
  const groups = [
    group('Namespaces', namespaces, (namespace) => ({ namespace })),
    group('Agents', agents, (agent) => ({ agent })),
    group('Topics', topics, (topic) => ({ topic })),
    group('Levels', levels, (level) => ({ level: LEVELS.find((one) => one === level) ?? 'memory' })),
  ];
  return groups.filter(({ choices }) => choices.length > 0);
}

function add(counts: Map<string, Count>, name: string, bytes: number): void {
  const count = counts.get(name);
  if (!count) counts.set(name, { entries: 1, bytes });
  else {
    count.entries++;
    count.bytes += bytes;
  }
}

function group(
  title: string,
  counts: ReadonlyMap<string, Count>,
  selector: (name: string) => SelectorInput,
): ChoiceGroup {
  const choices = [...counts].map(([name, count]) => ({ name, selector: selector(name), ...count }));
  choices.sort((a, b) => b.entries - a.entries || (a.name < b.name ? -1 : 1));
  return { title, choices: choices.slice(0, MOST_OFFERED) };
}
