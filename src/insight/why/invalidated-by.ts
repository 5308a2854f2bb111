import type { Entry } from '../../cache/entry.ts';
import { type Dependency, subjectOf } from '../../freshness/dependency.ts';
import type { Stamp } from '../../freshness/stamp.ts';

/** Inputs of one kind that are named. */
const MOST_NAMED = 10;

/** What would make the entry invalid, in sentences; many inputs of one kind share the last one. */
export function invalidatedBy({ key, stamp, expiresAt, namespace }: Entry<Stamp>): string[] {
  const sentences: string[] = [];
  const byKind = Map.groupBy(stamp.dependencies, kindOf);
  for (const [kind, dependencies] of byKind) {
    for (const dependency of dependencies.slice(0, MOST_NAMED)) sentences.push(sentence(kind, dependency));
    const others = dependencies.length - MOST_NAMED;
    if (others > 0) sentences.push(`The same of ${others} more.`);
  }
  const { tags, topics } = stamp.marks;
  if (tags.length > 0) sentences.push(`Invalidating the tag ${named(tags)}, or one above it.`);
  if (topics.length > 0) sentences.push(`A change of the topic ${named(topics)}.`);
  sentences.push(`Invalidating the namespace ${namespace.name}, or everything.`);
  if (expiresAt > 0) sentences.push(`Its lifetime, which ends at ${new Date(expiresAt).toISOString()}.`);
  if (key.startsWith('analysis:')) sentences.push('A newer version of the analysis.');
  return sentences;
}

type Kind = Dependency['on'] | 'absence';

function kindOf(dependency: Dependency): Kind {
  if (dependency.on === 'kind') return dependency.kind === null ? 'absence' : 'kind';
  const { on, digest } = dependency;
  return (on === 'content' || on === 'names') && digest === null ? 'absence' : on;
}

function sentence(kind: Kind, dependency: Dependency): string {
  const subject = subjectOf(dependency);
  switch (kind) {
    case 'content':
      return `A change of ${subject}.`;
    case 'absence':
      return `The appearance of ${subject}.`;
    case 'kind':
      return `The removal of ${subject}.`;
    case 'names':
      return `A name that is added to ${subject}, or removed from it.`;
    case 'glob':
      return `An addition to ${subject}, or a removal.`;
    default:
      return `Another value of ${subject}.`;
  }
}

function named(names: readonly string[]): string {
  const some = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${some} and ${names.length - MOST_NAMED} more` : some;
}
