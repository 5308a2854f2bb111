import { claudeCodeProduct } from '../../src/vscode/connections/claude-code.ts';
import { clineProduct } from '../../src/vscode/connections/cline.ts';
import { codexProduct } from '../../src/vscode/connections/codex.ts';
import { continueProduct } from '../../src/vscode/connections/continue.ts';
import type { Bridge } from '../../src/vscode/connections/product.ts';

/** Where one run of a product takes place. */
export interface Stage {
  readonly root: string;
  readonly home: string;
  /** Bases of addresses where models are asked; Anthropic's clients add `/v1`. */
  readonly openai: string;
  readonly anthropic: string;
  readonly bridge: Bridge;
}

export interface AgentProduct {
  readonly name: string;
  /** On npm. */
  readonly package: string;
  /** In `node_modules/`. */
  readonly program: string;
  /** Files to be written, by path: its own settings, and the connection just as the extension writes it. */
  files(stage: Stage): Readonly<Record<string, string>>;
  args(stage: Stage): readonly string[];
  readonly env: (stage: Stage) => Readonly<Record<string, string>>;
}

const ASK = 'Outline src/a.ts';

export const PRODUCTS: readonly AgentProduct[] = [
  {
    name: 'Claude Code',
    package: '@anthropic-ai/claude-code',
    program: '@anthropic-ai/claude-code-linux-x64/claude',
    files: ({ root, bridge }) => ({
      [`${root}/.mcp.json`]: claudeCodeProduct.render(bridge),
      [`${root}/.claude/settings.local.json`]: JSON.stringify({ enableAllProjectMcpServers: true }),
    }),
    args: () => ['-p', ASK, '--allowedTools', 'mcp__agent-cache'],
    env: ({ anthropic }) => ({
      ANTHROPIC_BASE_URL: anthropic,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ENABLE_TOOL_SEARCH: 'false', // the stand-in takes what is offered and looks for nothing
    }),
  },
  {
    name: 'Codex CLI',
    package: '@openai/codex',
    program: '.bin/codex',
    files: ({ root, home, openai, bridge }) => ({
      [`${root}/.codex/config.toml`]: codexProduct.render(bridge),
      [`${home}/.codex/config.toml`]: [
        'model = "stand-in"\nmodel_provider = "local"\nweb_search = "disabled"',
        `[model_providers.local]\nname = "local"\nbase_url = "${openai}"\nwire_api = "responses"`,
        `[projects.${JSON.stringify(root)}]\ntrust_level = "trusted"\n`,
      ].join('\n'),
    }),
    args: () => ['exec', '--skip-git-repo-check', '-s', 'read-only', ASK],
    env: () => ({}),
  },
  {
    name: 'Continue CLI',
    package: '@continuedev/cli',
    program: '.bin/cn',
    files: ({ home, openai, bridge }) => ({
      [`${home}/config.yaml`]: JSON.stringify({
        name: 'local',
        version: '1.0.0',
        schema: 'v1',
        models: [
          {
            name: 'stand-in',
            provider: 'openai',
            model: 'gpt-4.1',
            apiKey: 'none',
            apiBase: openai,
            capabilities: ['tool_use'],
            roles: ['chat'],
          },
        ],
        mcpServers: [{ name: 'agent-cache', ...server(continueProduct.render(bridge)) }],
      }),
    }),
    args: ({ home }) => ['--config', `${home}/config.yaml`, '--auto', '-p', ASK],
    env: () => ({}),
  },
  {
    name: 'Cline CLI',
    package: 'cline',
    program: '.bin/cline',
    files: ({ home, openai, bridge }) => ({
      [`${home}/.cline/data/settings/cline_mcp_settings.json`]: clineProduct.render(bridge),
      [`${home}/.cline/data/settings/providers.json`]: providers(openai),
    }),
    args: () => ['--json', ASK],
    env: () => ({}),
  },
];

/** The one server of a configuration in JSON. */
function server(rendered: string): object {
  return (JSON.parse(rendered) as { mcpServers: Record<string, object> }).mcpServers['agent-cache'] ?? {};
}

/** Cline's own way to say which model it asks. */
function providers(baseUrl: string): string {
  const name = 'openai-compatible';
  const settings = { provider: name, apiKey: 'none', model: 'gpt-4.1', baseUrl };
  const provider = { settings, updatedAt: new Date(0).toISOString(), tokenSource: 'manual' };
  return JSON.stringify({ version: 1, lastUsedProvider: name, modes: {}, providers: { [name]: provider } });
}
