import { isObject } from './plain-json.ts';

type Members = Readonly<Record<string, unknown>>;

/** JSON Merge Patch (RFC 7396): members replace those of the same name, objects are merged, null removes. */
export function mergePatch(target: Members, patch: Members): Members {
  const members = new Map(Object.entries(target));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else if (!isObject(value)) members.set(name, value);
    else {
      const was = members.get(name);
      members.set(name, mergePatch(isObject(was) ? was : {}, value));
    }
  }
  return Object.fromEntries(members); // which makes a member of "__proto__" as of any other name
}
