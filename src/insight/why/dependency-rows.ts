import type { Entry } from '../../cache/entry.ts';
import { type Dependency, subjectOf } from '../../freshness/dependency.ts';
import { Session } from '../../freshness/entries/session.ts';
import type { Inputs } from '../../freshness/inputs.ts';
import type { Stamp } from '../../freshness/stamp.ts';
import type { DependencyRow } from '../../protocol/entries.ts';

/** Dependencies that are shown with their state. */
export const MOST_DEPENDENCIES = 200;

/** What an entry rests on, each compared with how it is now; the first {@link MOST_DEPENDENCIES}. */
export function dependencyRows(inputs: Inputs, { key, stamp }: Entry<Stamp>): Promise<DependencyRow[]> {
  const some = stamp.dependencies.slice(0, MOST_DEPENDENCIES);
  return Promise.all(
    some.map(async (dependency) => ({
      on: dependency.on,
      subject: subjectOf(dependency),
      state: await stateOf(inputs, key, dependency),
      ...(dependency.on === 'content' && dependency.digest !== null && { file: dependency.path }),
      ...(dependency.on === 'entry' && { key: dependency.key }),
    })),
  );
}

/** Entries below are only glanced at: to know more of them would be to compute them. */
async function stateOf(inputs: Inputs, key: string, dependency: Dependency): Promise<DependencyRow['state']> {
  const now =
    dependency.on === 'entry'
      ? inputs.glance(dependency, () => false)
      : await inputs.settle(dependency, new Session(key), async () => undefined);
  if (now === undefined || now.kind === 'unreadable') return 'unknown';
  if (dependency.on === 'kind') return now.kind === dependency.kind ? 'same' : 'changed';
  const wanted = dependency.on === 'content' ? 'file' : dependency.on === 'names' ? 'folder' : 'value';
  return dependency.digest === (now.kind === wanted ? now.digest : null) ? 'same' : 'changed';
}
