import { Slices } from '../slices.ts';
import type { Gathered, Node } from './gather.ts';
import { withText } from './kind.ts';

/** What the copy has that the value has not. */
interface Changes {
  /** By the object, then by name, index or key; in a set by the string, for bytes by `undefined`. */
  readonly strings: ReadonlyMap<Node, ReadonlyMap<unknown, string>>;
  readonly names: ReadonlyMap<string, string>;
}

/** The value with the changes; objects that need none are shared with it, cycles included. */
export async function copyWith(gathered: Gathered, changes: Changes): Promise<unknown> {
  const slices = new Slices();
  const copies = new Map<object, object>();
  const changed = [...(await changedNodes(gathered, changes, slices))];
  for (const node of changed) copies.set(node.value, shell(node, changes));
  for (const node of changed) {
    for (const _ of fill(node, changes, copies)) if (slices.due) await slices.pause();
  }
  const [outermost] = gathered.nodes.keys();
  const [value] = (copies.get(outermost as object) ?? outermost) as readonly unknown[];
  return value;
}

/** Those with a change of their own, and all that lead to them. */
async function changedNodes(gathered: Gathered, changes: Changes, slices: Slices): Promise<Set<Node>> {
  const changed = new Set<Node>([...changes.strings.keys(), ...gathered.trimmed]);
  if (changes.names.size > 0) {
    for (const node of gathered.nodes.values()) {
      if (hasOneOf(node, changes.names)) changed.add(node);
      if (slices.due) await slices.pause();
    }
  }
  // A set is visited in the order in which it grows.
  for (const node of changed) for (const parent of node.parents) changed.add(parent);
  return changed;
}

function hasOneOf({ kind, value }: Node, names: ReadonlyMap<string, string>): boolean {
  if (kind !== 'object' && kind !== 'map') return false;
  for (const name of names.keys()) {
    if (kind === 'map' ? (value as Map<unknown, unknown>).has(name) : Object.hasOwn(value, name)) return true;
  }
  return false;
}

function shell(node: Node, changes: Changes): object {
  const { kind, value } = node;
  if (kind === 'array') return (value as readonly unknown[]).slice();
  if (kind === 'map') return new Map();
  if (kind === 'set') return new Set();
  if (kind === 'object') return Object.create(Object.getPrototypeOf(value));
  return withText(value, changes.strings.get(node)?.get(undefined) ?? '');
}

/** Yields now and then. */
function* fill(node: Node, changes: Changes, copies: ReadonlyMap<object, object>): Generator<void> {
  const { kind, value } = node;
  const copy = copies.get(value);
  const strings = changes.strings.get(node);
  const changed = (at: unknown, item: unknown) =>
    typeof item === 'string' ? (strings?.get(at) ?? item) : (copies.get(item as object) ?? item);
  if (kind === 'array') {
    const array = copy as unknown[];
    for (let i = 0; i < array.length; i++) {
      if (i in array) array[i] = changed(i, array[i]);
      if (i % 256 === 0) yield;
    }
  } else if (kind === 'set') {
    for (const item of value as Set<unknown>) yield void (copy as Set<unknown>).add(changed(item, item));
  } else if (kind === 'map') {
    const map = copy as Map<unknown, unknown>;
    for (const [key, item] of value as Map<unknown, unknown>) {
      const name = typeof key === 'string' ? changes.names.get(key) : undefined;
      const newKey =
        name === undefined ? (copies.get(key as object) ?? key) : unique(name, (taken) => map.has(taken));
      yield void map.set(newKey, changed(key, item));
    }
  } else if (kind === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const name = changes.names.get(key);
      const newKey = name === undefined ? key : unique(name, (taken) => Object.hasOwn(copy as object, taken));
      // Not by assignment: it would run a setter, and `__proto__` is one.
      Object.defineProperty(copy, newKey, {
        value: changed(key, item),
        writable: true,
        enumerable: true,
        configurable: true,
      });
      yield;
    }
  }
}

/** Two names that were secrets of one kind must not become one. */
function unique(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let i = 2; isTaken(free); i++) free = `${name} ${i}`;
  return free;
}
