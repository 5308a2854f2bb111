import { EVERY_RECORD, keyName } from '../cache/trusted-shared.ts';
import { EVERYTHING, fileName } from './generations.ts';
import type { Selector } from './selector.ts';

/** Names under which whatever is in flight, or stored but not known here, becomes stale too. */
export function generationName(selector: Selector): string | undefined {
  if ('tag' in selector) return `tag ${selector.tag}`;
  if ('namespace' in selector) return `namespace ${selector.namespace}`;
  if ('file' in selector) return fileName(selector.file);
  return 'all' in selector ? EVERYTHING : undefined;
}

/** Names under which the shared level, and other instances, hear of an invalidation. */
export function sharedNames(selector: Selector): readonly string[] {
  if ('key' in selector) return [keyName(selector.key)];
  if ('keys' in selector) return selector.keys.map(keyName);
  if ('pattern' in selector) return [`pattern ${selector.pattern}`];
  if ('level' in selector) return selector.level === 'shared' ? [EVERY_RECORD] : [];
  const name = generationName(selector);
  return name === undefined ? [] : [name];
}

const HEARD: Readonly<Record<string, (rest: string) => Selector>> = {
  tag: (tag) => ({ tag }),
  namespace: (namespace) => ({ namespace }),
  file: (file) => ({ file }),
  pattern: (pattern) => ({ pattern }),
  key: (key) => ({ key }),
  copy: (key) => ({ key }),
};

/** What a name from another instance means here; undefined when it means nothing to this machine's levels. */
export function selectorOf(name: string): Selector | undefined {
  if (name === EVERYTHING) return { all: true };
  const space = name.indexOf(' ');
  return HEARD[name.slice(0, space)]?.(name.slice(space + 1));
}
