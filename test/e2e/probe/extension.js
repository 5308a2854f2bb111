const { existsSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vscode = require('vscode');

const ID = 'agent-cache-explorer.agent-cache-explorer';

/** What it can be asked to do as another extension, by the name in probe-request.json. */
const WORK = {
  /** Invokes a language-model tool. */
  async tool({ tool, input }) {
    const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
    return { texts: content.map((part) => part.value) };
  },

  /** Is the language server for TypeScript from now on: it knows one place and complains of one file. */
  async beLanguageServer({ definition, wrong }) {
    const uri = (path) => vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, path);
    const found = new vscode.Location(uri(definition.path), new vscode.Position(definition.line, 0));
    vscode.languages.registerDefinitionProvider('typescript', { provideDefinition: () => found });
    vscode.languages.registerReferenceProvider('typescript', { provideReferences: () => [found] });
    const diagnostic = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 6), wrong.message);
    vscode.languages.createDiagnosticCollection('probe').set(uri(wrong.path), [diagnostic]);
    return {};
  },

  /** Names of all tools that a model could be given. */
  async tools() {
    return { names: vscode.lm.tools.map(({ name }) => name) };
  },

  /** Asks for a version of the interface that there is not. */
  async wrongVersion() {
    const exported = await vscode.extensions.getExtension(ID).activate();
    await exported.cache(99);
  },

  /** Counts the lines of a file through the cache of the other extension, and tells how that went. */
  async lines({ path }) {
    const api = await cache();
    let computations = 0;
    const { value, hit, level, reason, detail } = await api
      .namespace('probe')
      .getOrCompute(['lines', path], async (context) => {
        computations++;
        context.tag('probe/lines');
        return (await context.readFile(path))?.text().split('\n').length ?? 0;
      });
    return { value, hit, level, reason, detail, computations };
  },

  /** Follows a link into the other extension, as a click on one in another program would. */
  async followLink({ link }) {
    await vscode.commands.executeCommand(
      'vscode.open',
      vscode.Uri.parse(`${vscode.env.uriScheme}://${ID}${link}`),
    );
    return {};
  },

  /** Reads so many keys round and round, and computes what is not there. */
  async goRound({ namespace, keys, reads }) {
    const room = (await cache()).namespace(namespace);
    let computed = 0;
    for (let read = 0; read < reads; read++) {
      await room.getOrCompute(['item', read % keys], async () => computed++);
    }
    return { computed };
  },

  async analyse({ name, params }) {
    return (await cache()).analyse(name, params);
  },

  async invalidate({ selector }) {
    return (await cache()).invalidate(selector);
  },

  async undo({ id }) {
    return (await cache()).undo(id);
  },

  /** What the events have told since the last time. */
  async events() {
    await cache();
    return { events: heard.splice(0) };
  },
};

const heard = [];
const listeners = [];

async function cache() {
  const exported = await vscode.extensions.getExtension(ID).activate();
  const api = await exported.cache(1);
  if (listeners.length === 0) {
    listeners.push(
      api.onDidInvalidate(({ text, entries }) => heard.push({ on: 'invalidate', text, entries })),
      api.onDidChange(({ text, entries }) => heard.push({ on: 'change', text, entries })),
    );
  }
  return api;
}

/** Does what probe-request.json says as soon as it is there, and writes probe-answer.json beside it. */
exports.activate = (context) => {
  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
  const request = join(folder, 'probe-request.json');
  const timer = setInterval(async () => {
    if (!existsSync(request)) return;
    const { work, ...given } = JSON.parse(readFileSync(request, 'utf8'));
    rmSync(request);
    let answer;
    try {
      answer = await WORK[work](given);
    } catch (error) {
      answer = { error: error.message, errorName: error.name };
    }
    replace(join(folder, 'probe-answer.json'), JSON.stringify(answer));
  }, 50);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
};

/** Whoever waits for the file finds all of it. */
function replace(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
