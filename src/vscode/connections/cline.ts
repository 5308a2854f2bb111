import { mergeJson } from './merge-json.ts';
import { type Product, SERVER, stdioServer } from './product.ts';

/** To be pasted: Cline opens its file by itself and documents no place of it. */
export const clineProduct: Product = {
  label: 'Cline',
  place: 'cline_mcp_settings.json: MCP Servers › Configure › Configure MCP Servers',
  render: (bridge) => mergeJson('', 'mcpServers', SERVER, { ...stdioServer(bridge), disabled: false }),
};
