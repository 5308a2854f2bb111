import type { Range } from '../parse/syntax.ts';

/**
 * How the file asks for the other one: `import`, `require()`, `import()`, a re-export, a textual
 * inclusion (`#include`, `@import`, `source`), a triple-slash reference, Rust's `mod` and `use`.
 */
export type ImportKind =
  | 'import'
  | 'require'
  | 'dynamic'
  | 'export'
  | 'include'
  | 'reference'
  | 'module'
  | 'use';

/** An import as it is written. */
export interface RawImport {
  readonly specifier: string;
  readonly kind: ImportKind;
  /** The specifier with its quotes; 0-based, characters in UTF-16 code units. */
  readonly range: Range;
  /** Python `from … import`: the names, `*` among them. */
  readonly names?: readonly string[];
  /** Rust: the inline modules around the item. */
  readonly within?: readonly string[];
  /** Rust `#[path = "…"]`. */
  readonly path?: string;
  /** Java `import static`. */
  readonly isStatic?: boolean;
}

export interface RawImports {
  readonly imports: readonly RawImport[];
  readonly errors: number;
  /** Java's package clause. */
  readonly packageName?: string;
  /** Rust's modules with their body in the file. */
  readonly inlineModules?: readonly string[];
}
