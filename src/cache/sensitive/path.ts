import type { Node, Piece } from './gather.ts';

/** Longer paths are cut. */
const LONGEST = 200;

/** Where a string is, from the outermost value on: `$.env.TOKEN`, `$.lines[3]`, `$["a b"]`. */
export function pathOf(piece: Piece, names: ReadonlyMap<string, string>): string {
  const steps: string[] = [];
  if (piece.node.kind !== 'set' && piece.node.kind !== 'bytes') steps.push(step(piece.node, piece.at, names));
  for (let node: Node | undefined = piece.node; node; node = node.parents[0]) {
    const parent: Node | undefined = node.parents[0];
    if (parent && parent.kind !== 'set') steps.push(step(parent, node.at, names));
  }
  // The outermost array only holds the value.
  const path = `$${steps.reverse().slice(1).join('')}`;
  return path.length > LONGEST ? `${path.slice(0, LONGEST)}…` : path;
}

function step(node: Node, at: unknown, names: ReadonlyMap<string, string>): string {
  if (node.kind === 'array') return `[${String(at)}]`;
  if (typeof at !== 'string') return '[key]';
  const name = names.get(at) ?? at;
  return /^[A-Za-z_$][\w$-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
