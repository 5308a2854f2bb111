import * as vscode from 'vscode';
import { digest } from '../cache/digest.ts';
import type { AgentServer } from './agent-server.ts';
import { MCP_PROVIDER } from './ids.ts';

const LABEL = 'Agent Cache';
/** Stands for the address until the server is started: VS Code wants one before. */
const NOT_STARTED = vscode.Uri.parse('http://127.0.0.1/mcp');

/** Lists the MCP server of this window in VS Code, which starts it when a model needs it. */
export function registerMcpProvider(
  open: () => Promise<AgentServer | undefined>,
  version: string,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const subscriptions: vscode.Disposable[] = [changed];
  void open().then(
    (server) => {
      if (server) subscriptions.push(server.onDidChange(() => changed.fire()));
      changed.fire();
    },
    () => changed.fire(), // who opens the cache tells why it failed
  );
  const provider: vscode.McpServerDefinitionProvider<vscode.McpHttpServerDefinition> = {
    onDidChangeMcpServerDefinitions: changed.event,
    async provideMcpServerDefinitions() {
      const server = await open().catch(() => undefined);
      if (!server?.allowed) return [];
      return [new vscode.McpHttpServerDefinition(LABEL, NOT_STARTED, {}, versionOf(server, version))];
    },
    async resolveMcpServerDefinition(definition) {
      const server = await open();
      if (!server) throw new Error('No folder is open, so there is no cache to serve.');
      const { mcp, token } = await server.running();
      definition.uri = vscode.Uri.parse(mcp);
      definition.headers = { Authorization: `Bearer ${token}` };
      return definition;
    },
  };
  subscriptions.push(vscode.lm.registerMcpServerDefinitionProvider(MCP_PROVIDER, provider));
  return { dispose: () => subscriptions.forEach((one) => void one.dispose()) };
}

/** Another one whenever the tools are others: VS Code then asks for them again. */
function versionOf({ disabledTools }: AgentServer, version: string): string {
  return disabledTools.length === 0 ? version : `${version}+${digest(disabledTools.join()).slice(0, 8)}`;
}
