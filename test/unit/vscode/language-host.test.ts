import { afterEach, describe, expect, it, vi } from 'vitest';

/** What the window's language servers say; a test sets it. */
const host = vi.hoisted(() => ({
  answer: async (_command: string, _uri: unknown, _at: unknown): Promise<unknown> => [],
  diagnostics: [] as unknown[],
  opened: [] as string[],
}));
vi.mock('vscode', () => ({
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
  Uri: { joinPath: ({ path }: { path: string }, more: string) => file(`${path}/${more}`) },
  Position: class {
    readonly line: number;
    readonly character: number;
    constructor(line: number, character: number) {
      this.line = line;
      this.character = character;
    }
  },
  workspace: { openTextDocument: async ({ path }: { path: string }) => void host.opened.push(path) },
  commands: { executeCommand: (command: string, uri: unknown, at: unknown) => host.answer(command, uri, at) },
  languages: { getDiagnostics: () => host.diagnostics },
}));
const { WindowLanguages } = await import('../../../src/vscode/language-host.ts');

function file(path: string) {
  return { scheme: 'file', path, fsPath: path };
}
const range = (line: number) => ({ start: { line, character: 1 }, end: { line, character: 4 } });
const never = new AbortController().signal;
const debugged: string[] = [];
const languages = new WindowLanguages(
  { uri: file('/home/project') } as never,
  {
    debug: (text: string) => debugged.push(text),
  } as never,
);

afterEach(() => vi.useRealTimers());

describe('the language servers of the window', () => {
  it('are asked at the place, and give paths in the folder and whole ones outside it', async () => {
    host.answer = async (command, uri, at) => {
      expect([command, uri, at]).toMatchObject([
        'vscode.executeDefinitionProvider',
        { path: '/home/project/src/a.ts' },
        { line: 3, character: 7 },
      ]);
      return [
        { uri: file('/home/project/src/b.ts'), range: range(5) },
        { targetUri: file('/usr/lib/node.d.ts'), targetRange: range(1), targetSelectionRange: range(2) },
      ];
    };
    expect(await languages.definition('src/a.ts', 3, 7, never)).toEqual([
      { path: 'src/b.ts', range: range(5) },
      { path: '/usr/lib/node.d.ts', range: range(2) },
    ]);
    expect(host.opened).toContain('/home/project/src/a.ts');
  });

  it('have not answered when they find nothing, fail, or take longer than two seconds', async () => {
    host.answer = async () => [];
    expect(await languages.references('a.ts', 0, 0, never)).toBeUndefined();
    host.answer = () => Promise.reject(new Error('crashed'));
    expect(await languages.references('a.ts', 0, 0, never)).toBeUndefined();
    expect(debugged.at(-1)).toBe('vscode.executeReferenceProvider a.ts: crashed');
    vi.useFakeTimers();
    host.answer = () => new Promise(() => {});
    const asked = languages.references('a.ts', 0, 0, never);
    await vi.advanceTimersByTimeAsync(1999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asked).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are not waited for once the question is given up', async () => {
    host.answer = () => new Promise(() => {});
    const abort = new AbortController();
    const asked = languages.definition('a.ts', 0, 0, abort.signal);
    abort.abort(new Error('given up'));
    await expect(asked).rejects.toThrow('given up');
    await expect(languages.definition('a.ts', 0, 0, abort.signal)).rejects.toThrow('given up');
  });

  it('tell what is wrong in a file, a folder or all of the folder, and nothing outside it', async () => {
    const wrong = (message: string, more: object = {}) => ({
      range: range(0),
      severity: 0,
      message,
      ...more,
    });
    host.diagnostics = [
      [file('/home/project/src/a.ts'), [wrong('one', { source: 'ts', code: { value: 2304, target: {} } })]],
      [file('/home/project/src2/b.ts'), [wrong('two', { severity: 3, code: 'no-var' })]],
      [file('/elsewhere/c.ts'), [wrong('three')]],
    ];
    const one = {
      path: 'src/a.ts',
      range: range(0),
      severity: 'error',
      message: 'one',
      source: 'ts',
      code: '2304',
    };
    const two = { path: 'src2/b.ts', range: range(0), severity: 'hint', message: 'two', code: 'no-var' };
    expect(await languages.diagnostics('')).toEqual([one, two]);
    expect(await languages.diagnostics('src')).toEqual([one]);
    expect(await languages.diagnostics('src2/b.ts')).toEqual([two]);
    expect(await languages.diagnostics('src/a')).toEqual([]);
  });
});
