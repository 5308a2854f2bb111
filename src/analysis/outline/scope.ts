import type { Node } from '@vscode/tree-sitter-wasm';
import { named, rangeOf } from '../parse/syntax.ts';
import type { OutlineSymbol, SymbolKind } from './symbols.ts';

/**
 * Adds what `node` declares. `whole` is the node whose range the symbol gets: the export statement
 * or decorated definition around `node`, or `node` itself.
 */
export type Rule = (node: Node, scope: Scope, whole: Node) => void;

/** By node type. Nodes of other types are not entered. */
export type Rules = Readonly<Record<string, Rule>>;

export type Inside = (scope: Scope) => void;

const LINE_BREAKS = /\s*[\r\n]\s*/g;

/** Siblings before a declaration that belong to it: Rust's attributes, TypeScript's member decorators. */
const LEADING = new Set(['attribute_item', 'decorator']);

/** What is declared in one file, type or function, and the rules that find it. */
export class Scope {
  readonly symbols: OutlineSymbol[] = [];
  readonly kind: SymbolKind | 'file';
  /** In the body of a function: what is declared here is not seen outside it. */
  local = false;
  readonly #rules: Rules;
  #leading: Node | undefined;

  constructor(rules: Rules, kind: SymbolKind | 'file' = 'file') {
    this.#rules = rules;
    this.kind = kind;
  }

  /**
   * Adds a symbol; `inside` fills its children. Without a name, as after a syntax error, the children
   * come to this scope.
   */
  add(kind: SymbolKind, at: Node | null, whole: Node, inside?: Inside, name = at ? nameOf(at) : ''): void {
    if (!at || name === '') {
      inside?.(this);
      return;
    }
    const child = inside && new Scope(this.#rules, kind);
    if (child) inside(child);
    this.symbols.push({
      name: name.replace(LINE_BREAKS, ' '),
      kind,
      range: rangeOf(this.#leading ?? whole, endsInLine(whole)),
      selectionRange: rangeOf(at),
      ...(child && child.symbols.length > 0 ? { children: child.symbols } : {}),
    });
  }

  has(name: string): boolean {
    return this.symbols.some((symbol) => symbol.name === name);
  }

  /** The range of the next symbol begins where `node` does. */
  lead(node: Node): void {
    this.#leading ??= node;
  }

  /** Adds what `node` itself declares. */
  apply(node: Node | null, whole = node): void {
    if (!node || !whole) return;
    const { type } = node;
    if (type === 'ERROR') this.visit(node);
    else if (Object.hasOwn(this.#rules, type)) this.#rules[type]?.(node, this, whole);
  }

  /** Adds what the children of `node` declare. */
  visit(node: Node | null): void {
    if (!node) return;
    for (const child of named(node)) {
      if (LEADING.has(child.type)) this.lead(child);
      else {
        this.apply(child);
        if (!child.isExtra) this.#leading = undefined;
      }
    }
  }

  /** As `visit`, for the body of a function. */
  visitBody(body: Node | null): void {
    const outer = this.local;
    this.local = true;
    this.visit(body);
    this.local = outer;
  }
}

/** A quoted name, as of a property, without its quotes. */
function nameOf(node: Node): string {
  return node.type === 'string' ? node.text.slice(1, -1) : node.text;
}

/** Some nodes take the line break behind them along. */
function endsInLine(node: Node): Node {
  return node.endPosition.column === 0 ? (node.lastNamedChild ?? node) : node;
}
