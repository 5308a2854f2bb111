import type { AgentCacheApi, AgentCacheEvent, AgentCacheExports } from '../api.ts';
import type { Engine } from '../engine/engine.ts';
import { selectorSchema } from '../freshness/selector.ts';
import type { Activity } from '../protocol.ts';
import { openNamespace } from './exports-namespace.ts';
import type { Session } from './session.ts';

const VERSION = 1;

/** What `activate` returns to other extensions. */
export function exportsOf(open: () => Promise<Session | undefined>): AgentCacheExports {
  const apis = new WeakMap<Session, AgentCacheApi>();
  return Object.freeze({
    version: VERSION,
    async cache(version: number) {
      if (version !== VERSION) throw new Error(wrongVersion(version));
      const session = await open();
      if (!session)
        throw new Error(
          'No folder is open in VS Code, and the cache of Agent Cache Explorer belongs to one.',
        );
      const api = apis.get(session) ?? apiOf(session);
      apis.set(session, api);
      return api;
    },
  } as const);
}

function wrongVersion(asked: unknown): string {
  const what = `Version ${String(asked)} of the interface of Agent Cache Explorer was asked for, and this release has version ${VERSION}`;
  if (typeof asked !== 'number' || !Number.isInteger(asked))
    return `${what}: ask for it, as cache(${VERSION}).`;
  return asked < VERSION
    ? `${what} only: the extension that asks has to be updated.`
    : `${what} only: Agent Cache Explorer has to be updated.`;
}

function apiOf({ engine, folder }: Session): AgentCacheApi {
  return Object.freeze({
    folder: folder.uri.fsPath,
    analyses: engine.runner.names,
    namespace: (name: string) => openNamespace(engine.insight, engine.warming, name),
    async analyse(name, params, { signal } = {}) {
      return engine.runner.run(name, params, signal && { signal });
    },
    async invalidate(selector) {
      const parsed = selectorSchema.safeParse(selector);
      if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? 'This selector names nothing.');
      return engine.invalidate(parsed.data);
    },
    async undo(id) {
      const undone = await engine.undo(id);
      return { id: undone.id, entries: undone.entries, bytes: undone.bytes };
    },
    onDidInvalidate: (listener) => follow(engine, ['invalidate', 'clear'], listener),
    onDidChange: (listener) => follow(engine, ['change'], listener),
  } satisfies AgentCacheApi);
}

/** Calls back once for every activity of these kinds from now on; one listener's error is not another's. */
function follow(
  engine: Engine,
  kinds: readonly Activity['kind'][],
  listener: (event: AgentCacheEvent) => void,
): { dispose(): void } {
  let seen = engine.recorder.activities[0]?.id ?? 0;
  return engine.onBeat(() => {
    const fresh = engine.recorder.activities.filter(({ id }) => id > seen);
    seen = fresh[0]?.id ?? seen;
    for (const { kind, text, entries, at } of fresh.reverse()) {
      if (!kinds.includes(kind)) continue;
      try {
        listener({ text, entries, at });
      } catch (error) {
        engine.recorder.problem('exports', error as Error);
      }
    }
  });
}
