/**
 * The entry in the middle, what it rests on at its left, what rests on it at its right. The lists
 * beside it say the same and more; what leads somewhere can be reached by keyboard in both.
 */
import type { DependencyRow, EntryDetail } from '../../src/protocol/entries.ts';
import { h, icon } from '../dom.ts';
import { formatCount } from '../format.ts';
import { keyName } from '../key-name.ts';
import { withoutVersion } from '../key-version.ts';
import { graphHeight, lineBetween, middles } from './graph-layout.ts';
import { STATES } from './states.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Nodes on each side. */
const MOST = 9;
/** Pixels between two columns. */
const GAP = 48;

export interface Leads {
  toEntry(key: string): void;
  toFile(file: string): void;
}

interface GraphNode {
  readonly label: string;
  readonly title: string;
  readonly state?: DependencyRow['state'];
  lead?: () => void;
}

export function graph(
  detail: Pick<EntryDetail, 'key' | 'dependencies' | 'dependents'> & { readonly count: number },
  leads: Leads,
): HTMLElement | undefined {
  const { dependencies, dependents, key, count } = detail;
  if (dependencies.length + dependents.length === 0) return undefined;
  const left = some(dependencies, count, (dependency) => dependencyNode(dependency, leads));
  const right = some(dependents, dependents.length, (dependent) => {
    return { label: withoutVersion(dependent), title: dependent, lead: () => leads.toEntry(dependent) };
  });
  const height = graphHeight(left.length, right.length);
  const element = h(
    'div',
    { class: 'graph', role: 'group', 'aria-label': 'Dependency graph' },
    column('graph-left', left, height),
    lines(left, height, true),
    column('graph-middle', [{ label: withoutVersion(key), title: key }], height),
    lines(right, height, false),
    column('graph-right', right, height),
  );
  return element;
}

function some<T>(items: readonly T[], count: number, node: (item: T) => GraphNode): GraphNode[] {
  if (count <= MOST) return items.map(node);
  const rest = `and ${formatCount(count - MOST + 1)} more, listed below`;
  return [...items.slice(0, MOST - 1).map(node), { label: rest, title: rest }];
}

function dependencyNode({ subject, state, file, key }: DependencyRow, leads: Leads): GraphNode {
  const node = { label: key === undefined ? subject : withoutVersion(key), title: subject, state };
  if (key !== undefined) return { ...node, lead: () => leads.toEntry(key) };
  return file === undefined ? node : { ...node, lead: () => leads.toFile(file) };
}

function column(name: string, nodes: readonly GraphNode[], height: number): HTMLElement {
  const places = middles(nodes.length, height);
  const element = h('div', { class: `graph-column ${name}` });
  element.style.height = `${height}px`;
  nodes.forEach((node, index) => {
    const made = nodeElement(node);
    made.style.top = `${places[index] ?? 0}px`;
    element.append(made);
  });
  return element;
}

function nodeElement({ label, title, state, lead }: GraphNode): HTMLElement {
  const marks = state && state !== 'same' ? [icon(STATES[state].icon)] : [];
  const text = keyName(label);
  const attributes = { class: 'graph-node', title, ...(state && { 'data-state': state }) };
  if (!lead) return h('span', attributes, ...marks, text);
  const button = h('button', { type: 'button', ...attributes }, ...marks, text);
  button.addEventListener('click', lead);
  return button;
}

/** @param inward whether the lines lead from the nodes to the middle */
function lines(nodes: readonly GraphNode[], height: number, inward: boolean): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'graph-lines');
  svg.setAttribute('width', String(nodes.length === 0 ? 0 : GAP));
  svg.setAttribute('height', String(height));
  svg.setAttribute('aria-hidden', 'true');
  middles(nodes.length, height).forEach((y, index) => {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', inward ? lineBetween(y, height / 2, GAP) : lineBetween(height / 2, y, GAP));
    path.setAttribute('data-state', nodes[index]?.state ?? 'same');
    svg.append(path);
  });
  return svg;
}
