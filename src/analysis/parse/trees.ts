import type { Tree } from '@vscode/tree-sitter-wasm';
import type { LanguageId } from '../languages.ts';

/** A text with its tree; positions in the tree are positions in the text. */
export interface ParsedText {
  readonly language: LanguageId;
  readonly text: string;
  readonly tree: Tree;
}

interface Kept extends ParsedText {
  readonly bytes: Uint8Array;
}

/** Trees kept, and bytes of source that they may have been made of. */
const MOST_TREES = 8;
const MOST_BYTES = 4 * 1024 * 1024;

/** Drops a byte-order mark. */
const decoder = new TextDecoder();
const LONE_RETURN = /\r(?!\n)/g;

/** The trees last used: several questions about one text parse it once. */
export class Trees {
  readonly #parse: (language: LanguageId, text: string) => Promise<Tree>;
  /** The last one used at the end. */
  readonly #kept: Kept[] = [];

  constructor(parse: (language: LanguageId, text: string) => Promise<Tree>) {
    this.#parse = parse;
  }

  /** The tree is good until `work` returns. `bytes` are UTF-8 and stay as they are. */
  async use<T>(language: LanguageId, bytes: Uint8Array, work: (parsed: ParsedText) => T): Promise<T> {
    const parsed = this.#known(language, bytes) ?? (await this.#parsed(language, bytes));
    this.#kept.push(parsed);
    try {
      return work(parsed);
    } finally {
      this.#trim();
    }
  }

  /** Taken out of its place. */
  #known(language: LanguageId, bytes: Uint8Array): Kept | undefined {
    const at = this.#kept.findIndex((kept) => kept.language === language && isSame(kept.bytes, bytes));
    return at < 0 ? undefined : this.#kept.splice(at, 1)[0];
  }

  async #parsed(language: LanguageId, bytes: Uint8Array): Promise<Kept> {
    // A lone CR ends a line for VS Code and not for tree-sitter; the length stays the same.
    const text = decoder.decode(bytes).replace(LONE_RETURN, '\n');
    return { language, bytes, text, tree: await this.#parse(language, text) };
  }

  #trim(): void {
    let bytes = this.#kept.reduce((sum, kept) => sum + kept.bytes.length, 0);
    while (this.#kept.length > MOST_TREES || bytes > MOST_BYTES) {
      const oldest = this.#kept.shift();
      oldest?.tree.delete();
      bytes -= oldest?.bytes.length ?? 0;
    }
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
