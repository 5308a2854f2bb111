import type { Slices } from '../../cache/slices.ts';
import type { FileRecord, ModelRequest } from './request.ts';

/**
 * Every request once, file by file: those of an agent, the file that was created first first. Sessions that were resumed,
 * forked or asked beside begin with copies of rows of other files, and those stay with the file that they are copied from.
 */
export async function requestsOnce(
  files: readonly FileRecord[],
  slices: Slices,
): Promise<readonly ModelRequest[]> {
  const rootOf = roots(files);
  const all = new Map<string | symbol, ModelRequest>();
  const byMessage = new Map<string, string>();
  for (const file of files) {
    const scope = file.family ? rootOf(file.family.own) : '';
    for (const told of file.requests) {
      if (slices.due) await slices.pause();
      const request = file.tellsReads ? completed(told) : told;
      const { id, message, side } = request;
      if (id === undefined) {
        all.set(Symbol(), request);
        continue;
      }
      const key = `${scope} ${id}`;
      const copied = message === undefined ? undefined : byMessage.get(message);
      const other = copied === undefined ? undefined : all.get(copied);
      if (other && copied !== undefined && copied !== key && (side || other.side)) {
        if (side) continue;
        all.delete(copied); // the answer itself, which a side conversation copied
      } else if (all.has(key)) continue;
      all.set(key, request);
      if (message !== undefined) byMessage.set(message, key);
    }
  }
  return [...all.values()];
}

/** A request without it read nothing, as others of its file tell what they read. */
function completed(request: ModelRequest): ModelRequest {
  const { prompt, read } = request;
  return prompt === undefined || read !== undefined ? request : { ...request, input: prompt, read: 0 };
}

/** The first of a family of forks, as far as it is known; a parent's file may be gone. */
function roots(files: readonly FileRecord[]): (own: string) => string {
  const parents = new Map<string, string>();
  for (const { family } of files) if (family?.parent !== undefined) parents.set(family.own, family.parent);
  return (own) => {
    const seen = new Set<string>();
    let at = own;
    for (let up = parents.get(at); up !== undefined && !seen.has(at); up = parents.get(at)) {
      seen.add(at);
      at = up;
    }
    return at;
  };
}
