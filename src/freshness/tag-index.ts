import type { Entry } from '../cache/entry.ts';
import { lineage } from './generations.ts';
import type { Stamp } from './stamp.ts';

interface Node {
  readonly tag: string;
  readonly children: Set<Node>;
  /** Entries that carry this very tag. */
  readonly own: Set<Entry<Stamp>>;
  /** Of this tag and all below it, each entry once. */
  entries: number;
  bytes: number;
}

/** A tag as it is shown: its place in the tree, and what is under it. */
export interface TagCount {
  readonly tag: string;
  readonly label: string;
  readonly entries: number;
  readonly bytes: number;
  readonly hasChildren: boolean;
}

/** Which entries carry which tag, as a tree; kept current entry by entry. */
export class TagIndex {
  readonly #nodes = new Map<string, Node>();
  readonly #roots = new Set<Node>();

  add(entry: Entry<Stamp>): void {
    const { marks } = entry.stamp;
    for (const tag of marks.tags) this.#node(tag).own.add(entry);
    for (const tag of marks.lineages) {
      const node = this.#node(tag);
      node.entries++;
      node.bytes += entry.bytes;
    }
  }

  remove(entry: Entry<Stamp>): void {
    const { marks } = entry.stamp;
    for (const tag of marks.tags) this.#nodes.get(tag)?.own.delete(entry);
    for (const tag of marks.lineages) {
      const node = this.#nodes.get(tag);
      if (!node) continue;
      node.entries--;
      node.bytes -= entry.bytes;
      if (node.entries === 0) this.#unlink(node);
    }
  }

  /** Entries under a tag and all below it, each once. */
  under(tag: string): Entry<Stamp>[] {
    const top = this.#nodes.get(tag);
    if (top?.children.size === 0) return [...top.own];
    const found = new Set<Entry<Stamp>>();
    const open = [top];
    for (let node = open.pop(); node; node = open.pop()) {
      for (const entry of node.own) found.add(entry);
      open.push(...node.children);
    }
    return [...found];
  }

  count(tag: string): TagCount | undefined {
    const node = this.#nodes.get(tag);
    return node && shown(node);
  }

  /** The tags right below one, by name; the roots for `''`. */
  children(tag: string): TagCount[] {
    const nodes = tag === '' ? this.#roots : this.#nodes.get(tag)?.children;
    return [...(nodes ?? [])].map(shown).sort((a, b) => (a.label < b.label ? -1 : 1));
  }

  /** Those with most bytes under them, the largest first. */
  largest(most: number): TagCount[] {
    const top: Node[] = [];
    for (const node of this.#nodes.values()) {
      if (top.length === most && node.bytes <= (top.at(-1)?.bytes ?? 0)) continue;
      const at = top.findIndex(({ bytes }) => bytes < node.bytes);
      top.splice(at < 0 ? top.length : at, 0, node);
      if (top.length > most) top.pop();
    }
    return top.map(shown);
  }

  /** Every tag with entries, parents before children. */
  all(): TagCount[] {
    return [...this.#nodes.values()].map(shown).sort((a, b) => (a.tag < b.tag ? -1 : 1));
  }

  #node(tag: string): Node {
    let node = this.#nodes.get(tag);
    if (node) return node;
    node = { tag, children: new Set(), own: new Set(), entries: 0, bytes: 0 };
    this.#nodes.set(tag, node);
    const parent = lineage(tag).at(-2);
    if (parent === undefined) this.#roots.add(node);
    else this.#node(parent).children.add(node);
    return node;
  }

  #unlink(node: Node): void {
    this.#nodes.delete(node.tag);
    const parent = lineage(node.tag).at(-2);
    if (parent === undefined) this.#roots.delete(node);
    else this.#nodes.get(parent)?.children.delete(node);
  }
}

function shown(node: Node): TagCount {
  const { tag, entries, bytes } = node;
  const parent = lineage(tag).at(-2);
  return {
    tag,
    label: parent === undefined ? tag : tag.slice(parent.length + 1),
    entries,
    bytes,
    hasChildren: node.children.size > 0,
  };
}
