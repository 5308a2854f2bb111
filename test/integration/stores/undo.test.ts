import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SelectorInput } from '../../../src/freshness/selector.ts';
import { bundle, bundleWorker, temporaryFolder } from '../../unit/stores/worker.ts';
import { type Act, openCache } from './undo-process.ts';

const KILLS = Number(process.env.AGENT_CACHE_KILLS ?? 12);

interface Version {
  readonly value: number;
  readonly tag: string;
  readonly covered: Set<string>;
}

/** What was acknowledged, and what was under way when the process was killed. */
class Oracle {
  readonly versions = new Map<string, Version>();
  pending: Act | undefined;
  #standing = new Set<string>();

  read(line: string): void {
    const [what, one, listed] = JSON.parse(line) as [
      string,
      (Act & string) | undefined,
      string[] | undefined,
    ];
    if (what === 'begin') {
      this.pending = one;
      return;
    }
    const act = this.pending as Act;
    this.pending = undefined;
    if (act.act === 'set') this.versions.set(act.key, { value: act.value, tag: act.tag, covered: new Set() });
    if (act.act === 'undo') this.#undone(act.id);
    if (act.act !== 'invalidate') return;
    const id = one ?? 'cannot be undone';
    for (const old of this.#standing) {
      if (one === undefined || listed?.includes(old)) continue;
      // Of two that hit nothing one after the other, the later stands for both; or it has turned over.
      for (const { covered } of this.versions.values())
        if (covered.delete(old)) covered.add(`${id} or ${old}`);
      this.#standing.delete(old);
    }
    this.#standing.add(id);
    for (const [key, version] of this.versions)
      if (covers(act.selector, key, version)) version.covered.add(id);
  }

  #undone(id: string): void {
    this.#standing.delete(id);
    for (const { covered } of this.versions.values()) {
      for (const one of covered) if (one.split(' or ').includes(id)) covered.delete(one);
    }
  }

  /** Whether what was under way may have taken the key away, or brought it back, or changed it. */
  mayDiffer(key: string, version: Version): boolean {
    const { pending } = this;
    if (pending?.act === 'set') return pending.key === key;
    if (pending?.act === 'undo') return [...version.covered].some((one) => one.includes(pending.id));
    return pending?.act === 'invalidate' && covers(pending.selector, key, version);
  }
}

function covers(selector: SelectorInput, key: string, { tag }: Version): boolean {
  if ('tag' in selector) return tag === selector.tag;
  if ('namespace' in selector) return key.startsWith(`${selector.namespace}:`);
  if ('keys' in selector) return selector.keys.includes(key);
  if ('pattern' in selector) {
    return selector.pattern === 'odd:*' ? key.startsWith('odd:') : key.endsWith(selector.pattern.slice(1));
  }
  return 'all' in selector;
}

describe.each(['sqlite', 'keyv-file'] as const)('undoing on %s', (kind) => {
  let build: Awaited<ReturnType<typeof temporaryFolder>>;
  let worker: string;
  let script: string;
  beforeAll(async () => {
    build = await temporaryFolder();
    [worker, script] = await Promise.all([
      bundleWorker(build.folder),
      bundle('test/integration/stores/undo-process.ts', build.folder),
    ]);
  });
  afterAll(() => build.remove());

  async function killed(folder: string, afterMs: number): Promise<Oracle> {
    const child = spawn(process.execPath, [script, kind, folder, worker], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = once(child, 'close');
    let complaints = '';
    child.stderr.on('data', (data) => {
      complaints += data;
    });
    const oracle = new Oracle();
    let lines = 0;
    for await (const line of createInterface(child.stdout)) {
      oracle.read(line);
      if (++lines === 90) setTimeout(() => child.kill('SIGKILL'), afterMs);
    }
    await exit;
    expect(complaints).toBe('');
    return oracle;
  }

  it(`survives ${KILLS} kills: what was invalidated stays away, and comes back as a whole`, async () => {
    for (let round = 0; round < KILLS; round++) {
      const scratch = await temporaryFolder();
      const { versions, ...oracle } = await killed(
        scratch.folder,
        Math.random() * (kind === 'sqlite' ? 150 : 3000),
      ).then((one) => ({ versions: one.versions, pending: one.pending, mayDiffer: one.mayDiffer.bind(one) }));
      const { pending } = oracle;
      const what = JSON.stringify(pending);
      const cache = await openCache(kind, scratch.folder, worker, (error) => expect.fail(error.message));
      expect(versions.size).toBe(40);
      const history = cache.undos().map(({ id, selector, undoable }) => [id, selector, undoable]);
      const undone = new Set<boolean>();
      const served = async (key: string) => (await cache.get(key)) as number | undefined;
      for (const [key, version] of versions) {
        const value = await served(key);
        if (pending?.act === 'set' && pending.key === key) {
          expect([pending.value, version.covered.size > 0 ? undefined : version.value]).toContain(value);
        } else if (!oracle.mayDiffer(key, version)) {
          expect(value, `${key} while ${what}`).toBe(version.covered.size > 0 ? undefined : version.value);
        } else if (value !== undefined) expect(value).toBe(version.value);
        const only = version.covered.size === 1;
        if (pending?.act === 'undo' && only && oracle.mayDiffer(key, version))
          undone.add(value !== undefined);
      }
      expect(undone.size, `all or nothing of ${what}`).toBeLessThanOrEqual(1);
      for (const { id } of cache.undos()) await cache.undo(id);
      for (const [key, version] of versions) {
        const value = await served(key);
        const lost = [...version.covered].some((one) => one.startsWith('cannot'));
        if (oracle.mayDiffer(key, version) && pending?.act !== 'undo') {
          if (value !== undefined && pending?.act !== 'set') expect(value).toBe(version.value);
        } else
          expect(
            value,
            `${key} (${[...version.covered]}) after all is undone, while ${what} ${JSON.stringify(history)}`,
          ).toBe(lost ? undefined : version.value);
      }
      await cache.settled();
      await cache.cache.close();
      await scratch.remove();
    }
  }, 300_000);
});
