/** The tag tree as the flat list of rows that is on screen. */
import type { TagNode, TagTree } from '../../src/protocol.ts';

export type TagRow =
  | {
      readonly kind: 'tag';
      readonly id: string;
      readonly node: TagNode;
      /** 1 for roots. */
      readonly level: number;
      readonly position: number;
      readonly siblings: number;
      /** Absent for a leaf. */
      readonly expanded?: boolean;
      /** Expanded, but its children have not arrived. */
      readonly loading: boolean;
    }
  /** Stands for the siblings that are not shown yet. */
  | {
      readonly kind: 'more';
      readonly id: string;
      readonly parent: string;
      readonly level: number;
      readonly hidden: number;
    };

/** How many siblings are shown at first, and how many more on each request. */
const FIRST_SIBLINGS = 200;
export const MORE_SIBLINGS = 1000;

/** @param more how often more siblings were asked for, by parent tag */
export function flatten(
  tags: TagTree,
  expandedTags: readonly string[],
  more: ReadonlyMap<string, number>,
): TagRow[] {
  const expandedSet = new Set(expandedTags);
  const rows: TagRow[] = [];
  const add = (parent: string, level: number): void => {
    const children = tags[parent] ?? [];
    const limit = FIRST_SIBLINGS + (more.get(parent) ?? 0) * MORE_SIBLINGS;
    children.slice(0, limit).forEach((node, index) => {
      const expanded = node.hasChildren && expandedSet.has(node.tag);
      rows.push({
        kind: 'tag',
        id: `tag:${node.tag}`,
        node,
        level,
        position: index + 1,
        siblings: children.length,
        ...(node.hasChildren && { expanded }),
        loading: expanded && tags[node.tag] === undefined,
      });
      if (expanded) add(node.tag, level + 1);
    });
    if (children.length > limit) {
      rows.push({ kind: 'more', id: `more:${parent}`, parent, level, hidden: children.length - limit });
    }
  };
  add('', 1);
  return rows;
}
