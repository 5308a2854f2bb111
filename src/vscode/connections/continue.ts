import { mergeJson } from './merge-json.ts';
import { type Bridge, literal, type Product, SERVER, stdioServer } from './product.ts';

const server = (bridge: Bridge) => ({ type: 'stdio', ...stdioServer(literal(bridge)) });

/** Continue takes the JSON of other products in files of this folder. */
export const continueProduct: Product = {
  label: 'Continue',
  place: '.continue/mcpServers/agent-cache.json',
  render: (bridge) => mergeJson('', 'mcpServers', SERVER, server(bridge)),
  file: {
    path: '.continue/mcpServers/agent-cache.json',
    merge: (text, bridge) => mergeJson(text, 'mcpServers', SERVER, server(bridge)),
  },
};
