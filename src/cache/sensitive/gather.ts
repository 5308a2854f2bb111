import { Slices } from '../slices.ts';
import { type Kind, kindOf, textOf } from './kind.ts';
import { UncheckedError } from './unchecked-error.ts';

/** Strings in a value: beyond, what is kept for each would take too much memory. */
const MOST_PIECES = 250_000;
/** Items that are looked at, of whatever type. */
const MOST_ITEMS = 10_000_000;
/** Strings that are joined at once. */
const LINES = 2_000;
/** Up to this length an array's names are listed, to see whether it has more than its indices. */
const MOST_LISTED = 10_000;

/** An object within the value, and where it was met first. */
export interface Node {
  readonly value: object;
  readonly kind: Kind;
  /** Its name, index or key in the first of its parents. */
  readonly at: unknown;
  /** All that refer to it; none for the outermost. */
  readonly parents: Node[];
}

/** Where a string of the value stands in the gathered text. */
export interface Piece {
  readonly node: Node;
  /** The name, index or key whose value it is; in a set, and for a name, the string itself. */
  readonly at: unknown;
  readonly isName: boolean;
  readonly text: string;
  readonly start: number;
}

/** All strings of a value in one text: some secrets are recognised by what stands before them. */
export interface Gathered {
  readonly text: string;
  /** In the order of the text. */
  readonly pieces: readonly Piece[];
  /** By the object; the first one is an array with the value as its only item. */
  readonly nodes: ReadonlyMap<object, Node>;
  /** Arrays that are stored without what they have besides their items. */
  readonly trimmed: readonly Node[];
}

/**
 * Lists the strings of a value, each on a line of its own, a named one as `name: string`, the items
 * of an array one below the other. Rejects with an {@link UncheckedError} when the value is too large
 * or holds an object of which nobody knows what would be stored.
 */
export async function gather(value: unknown, mostText: number): Promise<Gathered> {
  const gathering = new Gathering(mostText);
  await gathering.run([value]);
  const { text, pieces, nodes, trimmed } = gathering;
  return { text, pieces, nodes, trimmed };
}

class Gathering {
  readonly pieces: Piece[] = [];
  readonly nodes = new Map<object, Node>();
  readonly trimmed: Node[] = [];
  readonly #mostText: number;
  readonly #chunks: string[] = [];
  readonly #lines: string[] = [];
  readonly #names = new Set<string>();
  readonly #slices = new Slices();
  #length = 0;
  #items = 0;

  constructor(mostText: number) {
    this.#mostText = mostText;
  }

  get text(): string {
    return this.#chunks.join('') + this.#lines.join('');
  }

  /** Without recursion: a value may be nested deeper than the stack is. */
  async run(outermost: object): Promise<void> {
    this.#meet(outermost, undefined, undefined);
    // A map is walked in the order in which it grows: what stands side by side stays side by side.
    for (const node of this.nodes.values()) {
      for (const _ of this.#look(node)) {
        if (++this.#items > MOST_ITEMS) throw tooLarge('items');
        if (this.#items % 256 === 0 && this.#slices.due) await this.#slices.pause();
      }
    }
    if (this.#items > 256) await this.#slices.pause(); // copying the text to the worker is a slice of its own
  }

  /** Yields after each item. */
  *#look(node: Node): Generator<void> {
    const { value, kind } = node;
    if (kind === 'array') yield* this.#lookAtArray(node, value as readonly unknown[]);
    else if (kind === 'set')
      for (const item of value as Set<unknown>) yield this.#take(node, item, item, '\n');
    else if (kind === 'bytes') yield this.#take(node, undefined, textOf(value), '\n');
    else {
      const entries = kind === 'map' ? (value as Map<unknown, unknown>) : named(value);
      for (const [name, item] of entries) yield this.#takeNamed(node, name, item);
    }
  }

  *#lookAtArray(node: Node, array: readonly unknown[]): Generator<void> {
    if (array.length > MOST_ITEMS) throw tooLarge('items');
    if (array.length > MOST_LISTED || hasMore(array)) this.trimmed.push(node);
    for (let i = 0; i < array.length; i++) yield this.#take(node, i, array[i], '\n');
  }

  #takeNamed(node: Node, name: unknown, item: unknown): void {
    if (typeof name !== 'string') {
      this.#take(node, name, name, '\n');
      this.#take(node, name, item, '\n');
      return;
    }
    const isNew = !this.#names.has(name);
    if (isNew) {
      this.#names.add(name);
      this.#add(node, name, true, name, '\n');
    }
    if (typeof item !== 'string') this.#take(node, name, item, '\n');
    else this.#add(node, name, false, item, isNew ? ': ' : `\n${name}: `);
  }

  #take(node: Node, at: unknown, item: unknown, before: string): void {
    if (typeof item === 'string') this.#add(node, at, false, item, before);
    else if (typeof item === 'object' && item !== null) this.#meet(item, node, at);
  }

  #add(node: Node, at: unknown, isName: boolean, text: string, before: string): void {
    const start = this.#length + before.length;
    this.#length = start + text.length;
    if (this.#length > this.#mostText) throw tooLarge('text');
    if (this.pieces.length >= MOST_PIECES) throw tooLarge('strings');
    this.pieces.push({ node, at, isName, text, start });
    // Joined little by little: for all strings at once it would take too long.
    this.#lines.push(before, text);
    if (this.#lines.length > LINES) this.#chunks.push(this.#lines.splice(0).join(''));
  }

  #meet(value: object, parent: Node | undefined, at: unknown): void {
    const known = this.nodes.get(value);
    if (known) {
      if (parent) known.parents.push(parent);
      return;
    }
    const kind = kindOf(value);
    if (kind === undefined) return;
    this.nodes.set(value, { value, kind, at, parents: parent ? [parent] : [] });
  }
}

/** A match of a regular expression, for example, carries the text that it was found in. */
function hasMore(array: readonly unknown[]): boolean {
  const names = Object.keys(array);
  return names.length !== array.length || (names.length > 0 && names.at(-1) !== String(array.length - 1));
}

function* named(value: object): Generator<[string, unknown]> {
  for (const name of Object.keys(value)) yield [name, (value as Record<string, unknown>)[name]];
}

function tooLarge(what: string): UncheckedError {
  return new UncheckedError('too-large', `A value has too much to be checked for secrets (${what}).`);
}
