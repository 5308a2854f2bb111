import { EVERY_RECORD, keyName } from '../cache/trusted-shared.ts';
import { EVERYTHING, fileName } from './generations.ts';
import type { Selector } from './selector.ts';

/** Every entry that depends on this topic, or on one below it, has this name. */
export function topicName(topic: string): string {
  return `topic ${topic}`;
}

/** Names under which whatever is in flight, or stored but not known here, becomes stale too. */
export function generationNames(selector: Selector): readonly string[] {
  if ('tag' in selector) return [`tag ${selector.tag}`];
  if ('tags' in selector) return [...new Set(selector.tags)].map((tag) => `tag ${tag}`);
  if ('namespace' in selector) return [`namespace ${selector.namespace}`];
  if ('topic' in selector) return [topicName(selector.topic)];
  if ('file' in selector) return [fileName(selector.file)];
  return 'all' in selector ? [EVERYTHING] : [];
}

/** Names under which the shared level, and other instances, hear of an invalidation. */
export function sharedNames(selector: Selector): readonly string[] {
  if ('key' in selector) return [keyName(selector.key)];
  if ('keys' in selector) return selector.keys.map(keyName);
  if ('pattern' in selector) return [`pattern ${selector.pattern}`];
  if ('regex' in selector) return [`regex ${selector.regex}`];
  if ('createdBefore' in selector) return [`before ${selector.createdBefore}`];
  if ('level' in selector) return selector.level === 'shared' ? [EVERY_RECORD] : [];
  return generationNames(selector);
}

const HEARD: Readonly<Record<string, (rest: string) => Selector>> = {
  tag: (tag) => ({ tag }),
  namespace: (namespace) => ({ namespace }),
  topic: (topic) => ({ topic }),
  file: (file) => ({ file }),
  pattern: (pattern) => ({ pattern }),
  regex: (regex) => ({ regex }),
  before: (moment) => (Number(moment) >= 0 ? { createdBefore: Number(moment) } : { all: true }),
  key: (key) => ({ key }),
  copy: (key) => ({ key }),
};

/** What a name from another instance means here; undefined when it means nothing to this machine's levels. */
export function selectorOf(name: string): Selector | undefined {
  if (name === EVERYTHING) return { all: true };
  const space = name.indexOf(' ');
  return HEARD[name.slice(0, space)]?.(name.slice(space + 1));
}
