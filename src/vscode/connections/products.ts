import { claudeCodeProduct } from './claude-code.ts';
import { clineProduct } from './cline.ts';
import { codexProduct } from './codex.ts';
import { continueProduct } from './continue.ts';
import { cursorProduct } from './cursor.ts';
import type { Product } from './product.ts';
import { vscodeProduct } from './vscode.ts';

/** Every agent that connects through the bridge, in the order of the quick pick. */
export const PRODUCTS: readonly Product[] = [
  vscodeProduct,
  claudeCodeProduct,
  codexProduct,
  clineProduct,
  cursorProduct,
  continueProduct,
];
