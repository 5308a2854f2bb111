import { beforeEach, describe, expect, it, vi } from 'vitest';

const host = vi.hoisted(() => ({
  shown: [] as string[],
  commands: [] as unknown[][],
  answer: undefined as string | undefined,
  input: undefined as string | undefined,
  asked: undefined as
    | { readonly password?: boolean; validateInput(text: string): string | undefined }
    | undefined,
}));
const show = vi.hoisted(() => async (text: string) => {
  host.shown.push(text);
  return host.answer;
});
vi.mock('vscode', () => ({
  window: {
    showWarningMessage: show,
    showInformationMessage: show,
    showErrorMessage: show,
    showInputBox: async (options: never) => {
      host.asked = options;
      return host.input;
    },
  },
  commands: { executeCommand: async (...command: unknown[]) => void host.commands.push(command) },
}));
const { alertOptions, WEBHOOK } = await import('../../../src/vscode/alerts.ts');
const { setAlertWebhook } = await import('../../../src/vscode/commands/alert-webhook.ts');
const { followWarming } = await import('../../../src/vscode/warming-context.ts');

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** As much of SecretStorage as the code uses. */
function secretStorage() {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (name: string) => kept.get(name),
    store: async (name: string, value: string) => void kept.set(name, value),
    delete: async (name: string) => void kept.delete(name),
  };
}

/** As much of a Memento as the code uses. */
function memento() {
  const kept = new Map<string, unknown>();
  return {
    get: (name: string) => kept.get(name) as never,
    update: async (name: string, value: unknown) => void kept.set(name, value),
  };
}

beforeEach(() => {
  Object.assign(host, { shown: [], commands: [], answer: undefined, input: undefined, asked: undefined });
});

describe('an alert in VS Code', () => {
  const options = (muted: string[] = [], secrets = secretStorage(), workspaceState = memento()) =>
    alertOptions({ alerts: [] } as never, { warn: () => {} }, { secrets, workspaceState }, (rule) => {
      muted.push(rule);
      return Date.UTC(2026, 10, 23, 9);
    });

  it.each([
    ['Open Cache Explorer', [['agentCache.openExplorer']], []],
    ['Mute for a Day', [], ['slow']],
    [undefined, [], []],
  ])('is shown, and answered with %s', async (answer, commands, muted) => {
    const said: string[] = [];
    host.answer = answer;
    options(said).notify?.('slow: 5 s', 'slow');
    await turn();
    expect(host.shown[0]).toBe('Agent Cache: slow: 5 s');
    const after = muted.map(() => expect.stringMatching(/"slow" is muted until .*2026/));
    expect(host.shown.slice(1)).toEqual(after);
    expect(host.commands).toEqual(commands);
    expect(said).toEqual(muted);
  });

  it('stays muted in the next session', () => {
    const workspaceState = memento();
    options([], secretStorage(), workspaceState).mutes?.save({ slow: 5 });
    expect(options([], secretStorage(), workspaceState).mutes?.read()).toEqual({ slow: 5 });
  });

  it('is sent where the secret storage says', async () => {
    const secrets = secretStorage();
    expect(await options([], secrets).webhook()).toBeUndefined();
    secrets.kept.set(WEBHOOK, 'https://example.com/x');
    expect(await options([], secrets).webhook()).toBe('https://example.com/x');
  });
});

describe('the command that sets the webhook', () => {
  const session = (alerts: unknown[] = []) => ({ settings: { alerts } }) as never;
  const SECRET = 'https://hooks.slack.com/services/T/B/secret';

  it('keeps the address in the secret storage, and shows it nowhere', async () => {
    const secrets = secretStorage();
    host.input = ` ${SECRET} `;
    await setAlertWebhook(session(), secrets as never);
    expect(secrets.kept.get(WEBHOOK)).toBe(SECRET);
    expect(host.asked?.password).toBe(true);
    expect(host.shown.join()).toContain('No rule in agentCache.alerts has the action "webhook" yet.');
    expect(host.shown.join()).not.toContain('secret/');
    expect(host.shown.join()).not.toContain('hooks.slack');
    await setAlertWebhook(session([{ actions: ['webhook'] }]), secrets as never);
    expect(host.shown.at(-1)).toContain('are sent there');
  });

  it('removes it for an empty text, and does nothing when it is cancelled', async () => {
    const secrets = secretStorage();
    secrets.kept.set(WEBHOOK, SECRET);
    await setAlertWebhook(session(), secrets as never);
    expect(secrets.kept.get(WEBHOOK)).toBe(SECRET);
    host.input = '';
    await setAlertWebhook(session(), secrets as never);
    expect(secrets.kept.has(WEBHOOK)).toBe(false);
  });

  it('says while typing what does not fit', async () => {
    await setAlertWebhook(session(), secretStorage() as never);
    expect(host.asked?.validateInput('')).toBeUndefined();
    expect(host.asked?.validateInput(SECRET)).toBeUndefined();
    expect(host.asked?.validateInput('http://example.com')).toContain('without encryption');
  });
});

describe('what menus know of warming', () => {
  it('is told once whenever it changes', () => {
    const warmer = { busy: false, paused: false };
    let beat = () => {};
    const engine = {
      warmer,
      onBeat: (listener: () => void) => {
        beat = listener;
        return { dispose: () => {} };
      },
    };
    followWarming(engine as never);
    beat();
    warmer.busy = true;
    beat();
    beat();
    warmer.paused = true;
    beat();
    expect(host.commands).toEqual([
      ['setContext', 'agentCache.warming', false],
      ['setContext', 'agentCache.warmingPaused', false],
      ['setContext', 'agentCache.warming', true],
      ['setContext', 'agentCache.warmingPaused', true],
    ]);
  });
});
