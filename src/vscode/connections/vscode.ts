import { mergeJson } from './merge-json.ts';
import { type Bridge, literal, type Product, stdioServer } from './product.ts';

/** VS Code wants names in camel case. */
const NAME = 'agentCache';
const server = (bridge: Bridge) => ({ type: 'stdio', ...stdioServer(literal(bridge)) });

/** For a VS Code without this extension: one that has it is connected already. */
export const vscodeProduct: Product = {
  label: 'VS Code / Copilot',
  place: '.vscode/mcp.json, for a VS Code without this extension; this one is connected already',
  render: (bridge) => mergeJson('', 'servers', NAME, server(bridge)),
  file: {
    path: '.vscode/mcp.json',
    merge: (text, bridge) => mergeJson(text, 'servers', NAME, server(bridge)),
  },
};
