import { sharedNames } from '../names.ts';
import type { Selector } from '../selector.ts';
import type { Announcement } from './announcement.ts';

/** What others have to hear of an invalidation that has no generation; of others they hear with its place. */
export function announcementsOf(selector: Selector, cause: string, since: number): readonly Announcement[] {
  if ('key' in selector) return [{ kind: 'keys', keys: [selector.key], cause, since }];
  if ('keys' in selector) return [{ kind: 'keys', keys: [...new Set(selector.keys)], cause, since }];
  if ('level' in selector) return selector.level === 'file' ? [{ kind: 'cleared', cause }] : [];
  if ('pattern' in selector || 'regex' in selector || 'createdBefore' in selector) {
    return sharedNames(selector).map((name) => ({ kind: 'invalidated', name, cause, since }));
  }
  return [];
}
