import { mergeJson } from './merge-json.ts';
import { type Bridge, literal, type Product, SERVER, stdioServer } from './product.ts';

const server = (bridge: Bridge) => ({ type: 'stdio', ...stdioServer(literal(bridge)) });

export const cursorProduct: Product = {
  label: 'Cursor',
  place: '.cursor/mcp.json',
  render: (bridge) => mergeJson('', 'mcpServers', SERVER, server(bridge)),
  file: {
    path: '.cursor/mcp.json',
    merge: (text, bridge) => mergeJson(text, 'mcpServers', SERVER, server(bridge)),
  },
};
