import { describe, expect, it, vi } from 'vitest';
import type { ClosedDoors } from '../../../src/protocol/answers.ts';
import type { RunningServer, ServeOptions } from '../../../src/vscode/agent-server.ts';

vi.mock('vscode', () => ({
  EventEmitter: class {
    readonly #listeners = new Set<() => void>();
    readonly event = (listener: () => void) => {
      this.#listeners.add(listener);
      return { dispose: () => this.#listeners.delete(listener) };
    };
    fire() {
      for (const listener of this.#listeners) listener();
    }
    dispose() {}
  },
}));
const { AgentServer } = await import('../../../src/vscode/agent-server.ts');

/** A server that only counts, below settings that can be changed. */
function started(fault: { code?: string } = {}) {
  const settings = {
    ...{ 'server.enabled': true, 'server.port': 0, 'proxy.enabled': false },
    'tools.disabled': [] as string[],
  };
  const served: ServeOptions[] = [];
  let running = 0;
  const told: ClosedDoors[] = [];
  const session = {
    settings,
    engine: { answers: { notServed: (why: ClosedDoors) => void told.push(why) } },
    storage: '/storage',
    folder: { uri: { fsPath: '/folder' } },
    log: { info: () => {} },
    languages: {},
  };
  const serve = async (_engine: unknown, options: ServeOptions): Promise<RunningServer> => {
    if (fault.code) throw Object.assign(new Error('listen'), { code: fault.code });
    served.push(options);
    running++;
    const close = async () => void running--;
    return { url: 'u', token: `t${served.length}`, mcp: 'm', close };
  };
  const server = new AgentServer(session as never, serve);
  let changes = 0;
  server.onDidChange(() => changes++);
  return { server, settings, served, fault, told, running: () => running, changes: () => changes };
}

describe('the server for agents', () => {
  it('starts when it is first asked for, once for all who ask', async () => {
    const { server, served, running } = started();
    expect(running()).toBe(0);
    const [a, b] = await Promise.all([server.running(), server.running()]);
    expect(a).toBe(b);
    expect(running()).toBe(1);
    expect(served[0]).toMatchObject({ port: 0, storage: '/storage', workspace: '/folder' });
    await server.close();
    expect(running()).toBe(0);
    await server.close();
  });

  it('starts by itself for the proxy, at once and when that is switched on', async () => {
    const { server, settings, running } = started();
    await server.begin();
    expect(running()).toBe(0);
    settings['proxy.enabled'] = true;
    await server.applySettings();
    expect(running()).toBe(1);
    await server.close();
    await server.begin();
    expect(running()).toBe(1);
    settings['server.enabled'] = false;
    await server.applySettings();
    expect(running()).toBe(0);
  });

  it('does not start when a setting forbids it, and ends when it begins to', async () => {
    const { server, settings, running, changes } = started();
    await server.running();
    settings['server.enabled'] = false;
    await server.applySettings();
    expect([running(), changes()]).toEqual([0, 1]);
    await expect(server.running()).rejects.toThrow('agentCache.server.enabled');
    settings['server.enabled'] = true;
    await server.applySettings();
    expect([running(), changes()]).toEqual([0, 2]);
  });

  it('moves to another port, if it runs', async () => {
    const { server, settings, served, running } = started();
    settings['server.port'] = 4000;
    await server.applySettings();
    expect(running()).toBe(0);
    await server.running();
    settings['server.port'] = 4001;
    await server.applySettings();
    expect(served.map(({ port }) => port)).toEqual([4000, 4001]);
    expect(running()).toBe(1);
  });

  it('hides tools without a new start, and tells that they are others', async () => {
    const { server, settings, served, changes } = started();
    await server.running();
    settings['tools.disabled'] = ['invalidate'];
    await server.applySettings();
    await server.applySettings();
    expect(served).toHaveLength(1);
    expect(served[0]?.disabledTools()).toEqual(['invalidate']);
    expect(changes()).toBe(1);
  });

  it('says which setting helps when the port is taken, and can be asked again', async () => {
    const { server, settings, fault, told } = started({ code: 'EADDRINUSE' });
    settings['server.port'] = 80;
    await server.applySettings();
    await expect(server.running()).rejects.toThrow(/^Port 80 is taken.*agentCache\.server\.port/);
    expect(told.at(-1)).toEqual({
      reason: expect.stringMatching(/^Port 80 is taken/),
      setting: 'agentCache.server.port',
    });
    fault.code = 'EACCES';
    await expect(server.running()).rejects.toThrow(/^Port 80 may not be used here.*agentCache\.server\.port/);
    fault.code = 'EIO';
    await expect(server.running()).rejects.toThrow('could not start: listen');
    expect(told.at(-1)?.setting).toBeUndefined();
    delete fault.code;
    expect((await server.running()).token).toBe('t1');
  });

  it('tells the section of model answers that it is switched off', async () => {
    const { server, settings, told } = started();
    expect(told).toEqual([]);
    settings['server.enabled'] = false;
    settings['proxy.enabled'] = true;
    await server.applySettings();
    expect(told).toEqual([
      { reason: expect.stringContaining('switched off'), setting: 'agentCache.server.enabled' },
    ]);
  });
});
