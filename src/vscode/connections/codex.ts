import { stringify } from 'smol-toml';
import { mergeToml } from './merge-toml.ts';
import { type Bridge, type Product, SERVER, stdioServer } from './product.ts';

const PARENT = 'mcp_servers';

function table(bridge: Bridge): string {
  const { env, ...server } = { env: {}, ...stdioServer(bridge) };
  const inOwnTable =
    Object.keys(env).length > 0 ? { [`${SERVER}`]: { ...server, env } } : { [SERVER]: server };
  return `${stringify({ [PARENT]: inOwnTable }).trim()}\n`;
}

export const codexProduct: Product = {
  label: 'Codex CLI',
  place: '.codex/config.toml, or ~/.codex/config.toml',
  render: table,
  file: {
    path: '.codex/config.toml',
    merge: (text, bridge) => mergeToml(text, PARENT, SERVER, table(bridge)),
  },
};
