import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Engine } from '../engine/engine.ts';
import type { ClosedDoors } from '../protocol/answers.ts';
import type { LanguageHost } from '../tools/language-host.ts';
import type { Session } from './session.ts';

/** A server for the agents of this machine. */
export interface RunningServer {
  readonly url: string;
  /** Of this start. */
  readonly token: string;
  /** Where it speaks MCP. */
  readonly mcp: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly languages: LanguageHost;
  /** Names of tools without the prefix; asked at every request. */
  readonly disabledTools: () => readonly string[];
  /** Folder of the file level, where others look for the server's address. */
  readonly storage: string;
  /** Absolute path of the folder that is served. */
  readonly workspace: string;
}

/** Starts a server; what serves is loaded only then. */
export type Serve = (engine: Engine, options: ServeOptions) => Promise<RunningServer>;

/** The server of this window: started when it is asked for, and again when its port changes. */
export class AgentServer implements vscode.Disposable {
  readonly #session: Session;
  readonly #serve: Serve;
  readonly #changed = new vscode.EventEmitter<void>();
  /** What a client knows of the server is not true any more, or it may start now, or not any more. */
  readonly onDidChange = this.#changed.event;
  #settings: ReturnType<typeof settingsOf>;
  #starting: Promise<RunningServer> | undefined;

  constructor(session: Session, serve: Serve) {
    this.#session = session;
    this.#serve = serve;
    this.#settings = settingsOf(session);
    this.#tellAllowed();
  }

  /** Whether the settings let it start. */
  get allowed(): boolean {
    return this.#settings.enabled;
  }

  /** Names of tools that it does not offer. */
  get disabledTools(): readonly string[] {
    return this.#settings.disabledTools;
  }

  /** Starts it unless it runs. Rejects with a sentence when the settings forbid it or the port is taken. */
  running(): Promise<RunningServer> {
    if (!this.allowed) return Promise.reject(new Error(SWITCHED_OFF));
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** With the proxy on it has to run before anybody asks for it: its clients only know an address. Rejects as {@link running} does. */
  async begin(): Promise<void> {
    if (this.#settings.proxy && this.allowed) await this.running();
  }

  /** Takes changed settings over. Rejects as {@link running} does when a running one cannot start again. */
  async applySettings(): Promise<void> {
    const last = this.#settings;
    const next = settingsOf(this.#session);
    if (isDeepStrictEqual(next, last)) return;
    this.#settings = next;
    try {
      const moved = next.enabled !== last.enabled || next.port !== last.port;
      const ran = this.#starting !== undefined;
      if (moved) await this.close();
      this.#tellAllowed();
      if (next.enabled && ((moved && ran) || next.proxy)) await this.running();
    } finally {
      this.#changed.fire();
    }
  }

  async close(): Promise<void> {
    const starting = this.#starting;
    this.#starting = undefined;
    const server = await starting?.catch(() => undefined); // who asked for it was told
    await server?.close();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #start(): Promise<RunningServer> {
    const { engine, storage, folder, log, languages } = this.#session;
    const { port } = this.#settings;
    const workspace = folder.uri.fsPath;
    const disabledTools = () => this.disabledTools;
    try {
      const server = await this.#serve(engine, { port, languages, disabledTools, storage, workspace });
      log.info(`Serving agents at ${server.mcp}`);
      return server;
    } catch (error) {
      this.#starting = undefined;
      const why = explained(error as NodeJS.ErrnoException, port);
      engine.answers.notServed(why);
      throw new Error(why.reason, { cause: error });
    }
  }

  #tellAllowed(): void {
    if (this.allowed) return;
    this.#session.engine.answers.notServed({ reason: SWITCHED_OFF, setting: 'agentCache.server.enabled' });
  }
}

const SWITCHED_OFF = 'The server for agents is switched off: set agentCache.server.enabled to let it start.';

function settingsOf({ settings }: Session) {
  return {
    enabled: settings['server.enabled'],
    port: settings['server.port'],
    disabledTools: settings['tools.disabled'],
    proxy: settings['proxy.enabled'],
  };
}

function explained({ code, message }: NodeJS.ErrnoException, port: number): ClosedDoors {
  const help = 'choose another in agentCache.server.port, or 0 for a free one.';
  const setting = 'agentCache.server.port';
  if (code === 'EADDRINUSE')
    return { reason: `Port ${port} is taken, perhaps by another window: ${help}`, setting };
  if (code === 'EACCES') return { reason: `Port ${port} may not be used here: ${help}`, setting };
  return { reason: `The server for agents could not start: ${message}. Reload the window to try again.` };
}
