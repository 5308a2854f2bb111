import * as vscode from 'vscode';
import * as z from 'zod';
import type { ProxySettings } from '../answers/proxy/proxy-parts.ts';
import { EVICTIONS } from '../cache/eviction/create-eviction.ts';
import { Policies } from '../cache/policy/scopes.ts';
import { bounds } from '../engine/bounds.ts';
import { proxySettings, upstreamUrl } from '../engine/proxy-settings.ts';
import { number, whole } from '../engine/setting-numbers.ts';
import type { AlertRule } from '../insight/alerts/rule.ts';
import { readRules } from '../insight/alerts/rules.ts';
import { STRATEGIES, type WarmSettings } from '../warming/settings.ts';
import {
  absolutePath,
  alertRules,
  embeddingsUrl,
  oneOf,
  problem,
  schedule,
  sections,
  servers,
  text,
  toolNames,
  transcriptAgents,
  yesNo,
} from './setting-fields.ts';

const SECTION = 'agentCache';
const SHARED_KINDS = ['off', 'redis', 'redis-cluster', 'memcached'] as const;

/**
 * Bounds and defaults of the settings; the manifest repeats them for the settings editor, and a test
 * compares. What the shared level is and where has the scope `machine` there: a workspace's
 * settings.json could otherwise send what is cached, and a password, to a server of its choice. So have
 * those of the provider's cache: no workspace decides that files of the home folder are read.
 */
export const settingsSchema = z.object({
  ...bounds,
  enabled: yesNo(true),
  namespaces: sections('policies by namespace'),
  agents: sections('policies by agent and namespace'),
  'fileLevel.store': oneOf(['sqlite', 'keyv-file', 'off'], 'sqlite'),
  'memory.eviction': oneOf(EVICTIONS, 'gdsf'),
  'memory.watchPressure': yesNo(true),
  'memory.pressurePercent': whole(50, 99, 90),
  'shared.kind': oneOf(SHARED_KINDS, 'off'),
  'shared.servers': servers(),
  'shared.username': text(/^\P{Cc}{0,256}$/u, 'at most 256 characters, none of them a control character', ''),
  'shared.database': whole(0, 15, 0),
  'shared.tls': yesNo(false),
  'shared.caFile': absolutePath(),
  'shared.keyPrefix': text(/^[\w.-]{1,64}$/, '1 to 64 letters, digits and "_.-"', 'agent-cache'),
  'shared.project': text(/^[\w.@:/+~-]{0,200}$/, 'at most 200 letters, digits and "_.@:/+~-"', ''),
  'shared.readFromReplicas': yesNo(false),
  'shared.timeoutMs': whole(10, 5000, 100),
  'shared.ttlDays': number(1, 365, 7),
  'analysis.timeToLiveHours': number(0, 8760, 0),
  'warm.onStartup': yesNo(true),
  'warm.strategy': oneOf(STRATEGIES, 'everything'),
  'warm.count': whole(1, 5000, 500),
  'warm.hybridWeight': number(0, 1, 0.5),
  'warm.schedule': schedule(),
  'warm.whenIdle': yesNo(false),
  'warm.maxCpuPercent': whole(1, 100, 50),
  'warm.refreshExpiring': yesNo(true),
  refreshAfterSave: yesNo(true),
  'freshness.unsavedText': yesNo(true),
  'freshness.checkSeconds': whole(0, 3600, 30),
  'embeddings.url': embeddingsUrl(),
  'embeddings.model': text(
    /^[\w.:/@+-]{1,200}$/,
    '1 to 200 letters, digits and "_.:/@+-"',
    'nomic-embed-text',
  ),
  'embeddings.dimensions': whole(0, 4096, 0),
  'embeddings.timeoutMs': whole(50, 60_000, 2000),
  confirmFrom: whole(1, 1_000_000, 50),
  'statusBar.visible': yesNo(true),
  alerts: alertRules(),
  'tools.disabled': toolNames(),
  'providerCache.enabled': yesNo(false),
  'providerCache.agents': transcriptAgents(),
  'server.enabled': yesNo(true),
  'server.port': whole(0, 65_535, 0),
  'proxy.enabled': yesNo(false),
  'proxy.openai.upstream': upstreamUrl().default('https://api.openai.com/v1'),
  'proxy.anthropic.upstream': upstreamUrl().default('https://api.anthropic.com/v1'),
  'proxy.perCredential': yesNo(true),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Reads the settings of one folder; a wrong one is told once, and its last good value stays. */
export class SettingsReader {
  /** Of all namespaces, as the settings were at the last {@link readPolicies}. */
  readonly policies = new Policies();
  readonly #scope: vscode.Uri;
  #alerts: readonly AlertRule[] = [];
  #good: Settings = settingsSchema.parse({});
  readonly #told = new Map<(text: string) => unknown, string>();
  readonly #problems = new Map<(text: string) => unknown, readonly string[]>();

  constructor(scope: vscode.Uri) {
    this.#scope = scope;
  }

  /** As they were read last. */
  get last(): Settings {
    return this.#good;
  }

  /** What was wrong with them when they were read last, a sentence each. */
  get problems(): readonly string[] {
    return [...this.#problems.values()].flat();
  }

  read(): Settings {
    const section = vscode.workspace.getConfiguration(SECTION, this.#scope);
    const next: Record<string, unknown> = { ...this.#good };
    const wrong: string[] = [];
    for (const [name, schema] of Object.entries(settingsSchema.shape)) {
      const parsed = schema.safeParse(section.get(name) ?? undefined);
      if (parsed.success) next[name] = parsed.data;
      else wrong.push(`${SECTION}.${name}${problem(parsed.error)}`);
    }
    this.#good = next as Settings;
    this.#tell(tellWrong, wrong);
    return this.#good;
  }

  /** Takes over what the settings say of policies now; of what is wrong the last good value stays. */
  readPolicies(): Policies {
    const { namespaces, agents, 'analysis.timeToLiveHours': hours } = this.read();
    const global = hours > 0 ? withAnalysisTtl(namespaces, hours * 3_600_000) : namespaces;
    const { problems, warnings } = this.policies.update({ global, agents });
    this.#tell(tellWrongPolicies, problems);
    this.#tell(tellDoubtful, warnings);
    return this.policies;
  }

  /** As they were at the last {@link readAlerts}. */
  get alerts(): readonly AlertRule[] {
    return this.#alerts;
  }

  /** Takes over what the settings say of alerts now; a wrong rule is told once, and left out. */
  readAlerts(): void {
    const { rules, problems } = readRules(this.read().alerts);
    if (rules) this.#alerts = rules;
    this.#tell(tellWrongAlerts, problems);
  }

  onChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (
        event.affectsConfiguration(SECTION, this.#scope) ||
        event.affectsConfiguration('files.exclude', this.#scope)
      ) {
        listener();
      }
    });
  }

  #tell(how: (text: string) => unknown, sentences: readonly string[]): void {
    this.#problems.set(how, sentences);
    const text = sentences.join(' ');
    if (text !== '' && text !== this.#told.get(how)) how(text);
    this.#told.set(how, text);
  }
}

/** What the settings say of warming. */
export function warmSettings(settings: Settings): WarmSettings {
  return {
    strategy: settings['warm.strategy'],
    count: settings['warm.count'],
    hybridWeight: settings['warm.hybridWeight'],
    schedule: settings['warm.schedule'],
    whenIdle: settings['warm.whenIdle'],
    refreshExpiring: settings['warm.refreshExpiring'],
    maxCpuPercent: settings['warm.maxCpuPercent'],
  };
}

/** What the settings say of questions to models; both doors are closed until somebody opens them. */
export function proxyOf(settings: Settings): ProxySettings {
  const openai = settings['proxy.openai.upstream'];
  const anthropic = settings['proxy.anthropic.upstream'];
  return proxySettings(settings, {
    upstreams: settings['proxy.enabled'] ? { openai, anthropic } : {},
    perCredential: settings['proxy.perCredential'],
  });
}

/** The lifetime of analyses has a setting of its own, which the one among the policies overrides. */
function withAnalysisTtl(namespaces: Settings['namespaces'], ttl: number): Settings['namespaces'] {
  const { analysis = {} } = namespaces;
  const section = typeof analysis === 'object' && analysis !== null && !Array.isArray(analysis);
  return section ? { ...namespaces, analysis: { ttl, ...analysis } } : namespaces;
}

function tellWrong(text: string): void {
  void vscode.window.showErrorMessage(`Agent Cache: ${text} The last good value stays in use.`);
}

function tellWrongPolicies(text: string): void {
  void vscode.window.showErrorMessage(`Agent Cache: ${text} The last good policy stays in use.`);
}

function tellWrongAlerts(text: string): void {
  void vscode.window.showErrorMessage(`Agent Cache: ${text} Such a rule is left out.`);
}

function tellDoubtful(text: string): void {
  void vscode.window.showWarningMessage(`Agent Cache: ${text}`);
}
