import type { Entry } from '../../cache/entry.ts';
import { UNSURE } from '../../cache/guard.ts';
import type { Stamp } from '../../freshness/stamp.ts';
import type { WorkspaceCache } from '../../freshness/workspace-cache.ts';
import type { EntryDetail } from '../../protocol/entries.ts';
import { rowOf } from '../entries/row.ts';
import type { MissLog } from '../misses/miss-log.ts';
import { dependencyRows } from './dependency-rows.ts';
import { invalidatedBy } from './invalidated-by.ts';
import { storyOf } from './story.ts';
import { type Sanitise, valueText } from './value-text.ts';

const MOST_DEPENDENTS = 50;
/** Misses of one key that are told. */
const MOST_MISSES = 10;

export interface WhyParts {
  readonly workspace: WorkspaceCache;
  readonly misses: MissLog;
  readonly sanitise: Sanitise;
}

/** Everything there is to tell of a key: nothing of it counts as a hit, and no value is loaded. */
export async function entryDetail(parts: WhyParts, key: string): Promise<EntryDetail> {
  const facts = await keyFacts(parts, key);
  const entry = parts.workspace.cache.entry(key);
  return { ...facts, ...(entry && (await shownValue(parts, entry))) };
}

/** The same without the value. */
export async function keyFacts(
  { workspace, misses }: Pick<WhyParts, 'workspace' | 'misses'>,
  key: string,
): Promise<EntryDetail> {
  const { cache, dependents, inputs } = workspace;
  const entry = cache.entry(key);
  const results = await cache.results(key);
  const resting = [...dependents.ofEntry(key)].slice(0, MOST_DEPENDENTS);
  return {
    key,
    ...(entry && { row: rowOf(entry) }),
    tags: entry ? [...entry.stamp.marks.tags] : [],
    dependencies: entry ? await dependencyRows(inputs, entry) : [],
    dependencyCount: entry?.stamp.dependencies.length ?? 0,
    dependents: resting.map((one) => one.key),
    variants: results.map(({ createdAt, bytes, levels, miss }) => {
      return { createdAt, bytes, levels, ...(miss !== UNSURE && { current: miss === undefined }) };
    }),
    story: storyOf(entry, results, misses.of(key, MOST_MISSES), (miss) => workspace.undoOf(miss)),
    invalidatedBy: entry ? invalidatedBy(entry) : [],
  };
}

async function shownValue(
  { workspace, sanitise }: WhyParts,
  entry: Entry<Stamp>,
): Promise<Pick<EntryDetail, 'value' | 'withheld'>> {
  const { name, policy } = entry.namespace;
  const sensitive = policy.sensitivity !== 'none';
  // No scanner finds a secret without a form: what may not leave memory is not shown either.
  if (sensitive && policy.levels.every((level) => level === 'memory')) {
    return { withheld: `The namespace ${name} is sensitive and keeps its values in memory only.` };
  }
  const miss = await workspace.cache.missNow(entry);
  if (!entry.inMemory) return { withheld: 'The value is not in memory.' };
  if (miss === UNSURE) return { withheld: 'The entries below have to be asked first.' };
  if (miss) return { withheld: `The value does not hold any more: ${miss.detail ?? miss.reason}.` };
  try {
    const { text, truncated, secrets } = await valueText(entry.value, sanitise);
    if (secrets > 0 && policy.sensitivity === 'refuse') {
      return { withheld: `The namespace ${name} is sensitive, and there is a secret in the value.` };
    }
    return { value: { text, truncated, bytes: entry.bytes } };
  } catch {
    return { withheld: 'The value cannot be checked for secrets.' }; // told by the sanitiser itself
  }
}
