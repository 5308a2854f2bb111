import { digest } from '../../src/cache/digest.ts';
import { type ComputeContext, TOO_LARGE } from '../../src/freshness/context.ts';
import type { WorkTree } from './work-tree.ts';

/** The questions of a computation that this replay can answer from the files alone. */
export type Questions = Pick<
  ComputeContext,
  'readFile' | 'readUpTo' | 'kind' | 'list' | 'confine' | 'tag' | 'signal'
>;

/** A context that answers from the files as they are and writes nothing down. */
export function plainContext(tree: WorkTree): Questions {
  const read = (file: string) => {
    const bytes = tree.bytes(file);
    return bytes && { bytes, digest: digest(bytes), text: () => new TextDecoder().decode(bytes) };
  };
  return {
    async readFile(file) {
      return read(file);
    },
    async readUpTo(file, most) {
      const found = read(file);
      return found && found.bytes.length > most ? TOO_LARGE : found;
    },
    kind(path) {
      const kind = tree.kind(path);
      return kind === 'file' || kind === 'folder' ? kind : undefined;
    },
    async list(folder) {
      return tree.names(folder);
    },
    confine() {}, // a work tree has no links out of it
    tag() {},
    signal: new AbortController().signal,
  };
}

/**
 * A whole context of these answers; all other questions go to `rest`. Without it they throw, so that
 * a question this replay does not know is never passed over.
 */
export function contextOf(own: Partial<Questions>, rest?: ComputeContext): ComputeContext {
  return new Proxy({} as ComputeContext, {
    get(_target, name: string) {
      if (name in own) return own[name as keyof Questions];
      if (!rest) throw new Error(`The replay has no answer to context.${name}: teach plain-context.ts.`);
      const value: unknown = Reflect.get(rest, name);
      return typeof value === 'function' ? value.bind(rest) : value;
    },
  });
}
