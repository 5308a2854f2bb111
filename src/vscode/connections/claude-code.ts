import { mergeJson } from './merge-json.ts';
import { type Bridge, literal, type Product, SERVER, stdioServer } from './product.ts';

const server = (bridge: Bridge) => ({ type: 'stdio', ...stdioServer(literal(bridge)) });

export const claudeCodeProduct: Product = {
  label: 'Claude Code',
  place: '.mcp.json',
  render: (bridge) => mergeJson('', 'mcpServers', SERVER, server(bridge)),
  file: {
    path: '.mcp.json',
    merge: (text, bridge) => mergeJson(text, 'mcpServers', SERVER, server(bridge)),
  },
};
