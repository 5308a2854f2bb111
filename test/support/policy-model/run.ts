import { EVICTIONS } from '../../../src/cache/eviction/create-eviction.ts';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { namespaceOf } from '../../../src/cache/key.ts';
import { Namespaces } from '../../../src/cache/namespace.ts';
import type { Level, Policy } from '../../../src/cache/policy/policy.ts';
import { SharedLevel } from '../../../src/cache/shared/shared-level.ts';
import { type FileDatabase, StoreError } from '../../../src/cache/stores/store.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { GenerationStore } from '../../../src/freshness/generation-store.ts';
import { compileGlob } from '../../../src/freshness/glob.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { MemoryServer, MemoryStore } from '../../unit/shared/memory-store.ts';
import { Random } from '../fuzz/random.ts';
import { Witness } from '../witness.ts';
import { ABSENT, isStored, Model } from './model.ts';

const NAMESPACES = ['n0', 'n1', 'n2', 'n3'];
const KEYS = NAMESPACES.flatMap((name) => ['a', 'b', 'c', 'd', 'e'].map((id) => `${name}:${id}`));
const TAGS = ['t', 't/u', 'v'];
const LEVELS: readonly (readonly Level[])[] = [
  ['memory'],
  ['file'],
  ['shared'],
  ['memory', 'file'],
  ['memory', 'shared'],
  ['file', 'shared'],
  ['memory', 'file', 'shared'],
];

/** A random life of a cache beside the model: throws at the first answer that the model forbids. */
export class PolicyRun {
  readonly #random: Random;
  readonly #database: FileDatabase;
  readonly #root: string;
  readonly #policies = new Map<string, Policy>();
  readonly #model: Model;
  readonly #done: string[] = [];
  #opened: WorkspaceCache | undefined;
  readonly #server = new MemoryServer();
  #process: { killed: boolean; end(): void } | undefined;
  #next = 1;

  constructor(seed: number, database: FileDatabase, root: string) {
    this.#random = new Random(seed);
    this.#database = database;
    this.#root = root;
    for (const name of NAMESPACES) this.#policies.set(name, this.#policy());
    this.#model = new Model((key) => this.#policyOf(key), 1_700_000_000_000);
  }

  async steps(count: number): Promise<void> {
    this.#opened = await this.#open();
    for (let i = 0; i < count; i++) {
      try {
        await this.#step();
      } catch (error) {
        const policies = JSON.stringify([...this.#policies]);
        throw new Error(
          `${(error as Error).message}\n${policies}\nthe last first: ${this.#done.slice(-110).reverse().join(', ')}`,
        );
      }
    }
    await this.#cache.cache.close();
  }

  get #cache(): WorkspaceCache {
    if (!this.#opened) throw new Error('The run has not begun.');
    return this.#opened;
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const what = random.weighted({
      set: 12,
      setMany: 4,
      get: 16,
      getMany: 5,
      getAt: 4,
      peek: 4,
      update: 6,
      delete: 3,
      deleteMany: 2,
      tag: 2,
      namespace: 1,
      pattern: 1,
      all: 1,
      clearMemory: 2,
      clearFile: 1,
      clearShared: 1,
      clock: 6,
      flush: 3,
      tidy: 2,
      pin: 2,
      rooms: 2,
      shrink: 1,
      kill: 2,
      restart: 1,
    });
    const key = random.pick(KEYS);
    this.#done.push(`${what} ${key}`);
    const { cache } = this.#cache;
    const drop = (gone: (key: string) => boolean) => this.#model.drop((known) => gone(known));
    switch (what) {
      case 'set':
        return this.#set([key]);
      case 'setMany':
        return this.#set(this.#some());
      case 'get':
        return this.#check(key, await this.#cache.get(key));
      case 'getMany': {
        const keys = this.#some();
        const values = await this.#cache.getMany(keys);
        for (const [i, one] of keys.entries()) this.#check(one, values[i]);
        return;
      }
      case 'getAt': {
        const level = random.pick<Level>(['memory', 'file', 'shared']);
        const value = await this.#cache.get(key, [level]);
        return this.#check(key, value, level);
      }
      case 'peek':
        return this.#check(key, this.#cache.peek(key), 'memory');
      case 'update':
        return this.#update(key);
      case 'delete':
        await this.#cache.delete(key);
        return drop((one) => one === key);
      case 'deleteMany': {
        const keys = this.#some();
        await this.#cache.deleteMany(keys);
        return drop((one) => keys.includes(one));
      }
      case 'tag': {
        const tag = random.pick(TAGS);
        await this.#cache.invalidate({ tag });
        return this.#model.drop((_, { tags }) =>
          tags.some((one) => one === tag || one.startsWith(`${tag}/`)),
        );
      }
      case 'namespace':
        await this.#cache.invalidate({ namespace: namespaceOf(key) });
        return drop((one) => namespaceOf(one) === namespaceOf(key));
      case 'pattern':
        await this.#cache.invalidate({ pattern: `*:${key.at(-1)}` });
        return drop((one) => one.at(-1) === key.at(-1));
      case 'all':
        await this.#cache.invalidate({ all: true });
        return drop(() => true);
      case 'clearMemory':
        await this.#cache.invalidate({ level: 'memory' });
        this.#model.flush(); // clearing memory writes what waits
        return this.#model.drop((_, known) => !isStored(known) && !known.maybeInFile);
      case 'clearFile':
        await this.#cache.invalidate({ level: 'file' });
        return this.#model.leave('file');
      case 'clearShared':
        await this.#cache.invalidate({ level: 'shared' });
        return this.#model.leave('shared');
      case 'clock':
        this.#model.now += random.below(1500);
        this.#done.push(`  = ${this.#model.now}`);
        return cache.beat();
      case 'flush':
        await cache.flush();
        return this.#model.flush();
      case 'tidy':
        await cache.tidy();
        return;
      case 'pin':
        if (random.chance(0.5)) cache.pin(key);
        else cache.unpin(key);
        return;
      case 'rooms': {
        const name = random.pick(NAMESPACES);
        const policy = this.#policies.get(name) as Policy;
        const { memory: _, ...rest } = policy;
        const room = this.#policy().memory;
        this.#policies.set(name, { ...rest, ...(room && { memory: room }) });
        return cache.reconfigure({
          entries: 3 + random.below(20),
          bytes: 1 << 20,
          eviction: random.pick(EVICTIONS),
        });
      }
      case 'shrink':
        cache.memory.shrink(random.next());
        return;
      case 'kill':
        this.#opened = await this.#open();
        for (const one of this.#model.keys()) await this.#afterKill(one);
        return;
      case 'restart':
        await cache.flush();
        this.#model.flush();
        this.#opened = await this.#open();
        if (random.chance(0.5)) await this.#cache.cache.loadCatalog();
        return this.#model.drop((_, known) => !isStored(known) && !known.maybeInFile);
    }
  }

  #some(): string[] {
    return KEYS.filter(() => this.#random.chance(0.2));
  }

  async #set(keys: readonly string[]): Promise<void> {
    const random = this.#random;
    const options = {
      ...(random.chance(0.3) && { ttlMs: 1 + random.below(3000) }),
      ...(random.chance(0.2) && { levels: random.pick(LEVELS) }),
      ...(random.chance(0.5) && { tags: [random.pick(TAGS)] }),
    };
    const values = keys.map((key) => ({ key, value: this.#next++ }));
    this.#done.push(`  = ${JSON.stringify({ values, options })}`);
    await this.#cache.setMany(values, options);
    for (const { key, value } of values) this.#model.set(key, value, options);
  }

  /** One of the values that may have survived; one that was overwritten has tags and a lifetime of its own: away with it. */
  async #afterKill(key: string): Promise<void> {
    const known = this.#model.of(key);
    const { value } = known;
    const possible = this.#model.kill(key);
    const found = await this.#cache.get(key);
    const expired = known === ABSENT || known.expiresAt !== 0 || possible.length > 1;
    if (!possible.includes(found) && !(found === undefined && expired)) {
      throw new Error(`${key} after a kill: ${found}, expected one of ${possible}`);
    }
    if (found !== undefined && found === value) {
      this.#model.hit(key, true);
      return;
    }
    await this.#cache.delete(key);
    this.#model.drop((one) => one === key);
  }

  async #update(key: string): Promise<void> {
    const before = this.#model.of(key);
    const answer = await this.#cache.update(key, { increment: 1000 });
    const sum = typeof before.value === 'number' ? before.value + 1000 : 1000;
    // What no level was bound to keep may be gone: then the sum begins anew.
    const begun = answer === 1000 && (!isStored(before) || before.expiresAt !== 0);
    if (answer !== sum && !begun) throw new Error(`update of ${key}: ${answer}, expected ${sum}`);
    const kept = answer === sum ? before : ABSENT;
    const ttl = kept.expiresAt === 0 ? {} : { ttlMs: kept.expiresAt - this.#model.now };
    this.#model.set(key, answer, { ...ttl, tags: kept.tags, ...(kept.loose && { loose: true }) });
  }

  /** Whether the model allows this answer to a read of all levels, or of one. */
  #check(key: string, value: unknown, level?: Level): void {
    const known = this.#model.of(key);
    if (value !== undefined) {
      if (value !== known.value) throw new Error(`${key}: ${value}, expected ${known.value}`);
      this.#model.hit(key, level === undefined);
      return;
    }
    const stored = isStored(known) && !known.loose;
    const must =
      stored &&
      (level === undefined ||
        (level !== 'memory' && known.on.has(level) && this.#policyOf(key).write !== 'back'));
    if (must && known.value !== undefined) throw new Error(`${key}: nothing, expected ${known.value}`);
  }

  #policyOf(key: string): Policy {
    return this.#policies.get(namespaceOf(key)) as Policy;
  }

  #policy(): Policy {
    const random = this.#random;
    const levels = random.pick(LEVELS);
    return {
      enabled: true,
      ttlMs: random.pick([0, 0, 1000, 4000]),
      sliding: random.chance(0.3),
      levels,
      write: random.pick(['through', 'back', 'around']),
      sensitivity: 'none',
      freshness: 'verified',
      variants: 4,
      strategy: 'exact',
      sampled: false,
      optimise: false,
      ...(random.chance(0.5) && {
        memory: { entries: 1 + random.below(4), bytes: 1 << 20, eviction: random.pick(EVICTIONS) },
      }),
    };
  }

  async #open(): Promise<WorkspaceCache> {
    const fail = (error: Error) => {
      throw error;
    };
    if (this.#process) {
      this.#process.killed = true;
      this.#process.end();
    }
    const process = { killed: false, end: () => {} };
    this.#process = process;
    const database = mortal(this.#database, process);
    const store = new MemoryStore(this.#server);
    process.end = () => void store.close();
    const shared = new SharedLevel(store, {
      problem: () => {}, // a store that was closed
      matches: (pattern, key) => compileGlob(pattern)(key),
      now: () => this.#model.now,
      pollMs: 3_600_000,
    });
    const generations = new GenerationStore(database);
    const cache = new WorkspaceCache({
      saveBump: (bump) => generations.save(bump),
      disk: new FolderDisk(this.#root),
      observer: new Witness<Stamp>(),
      file: new FileLevel(database, fail, { now: () => this.#model.now }),
      shared,
      namespaces: new Namespaces((name) => this.#policies.get(name) as Policy),
      memory: { entries: 8, bytes: 1 << 20 },
      writeBackMs: () => 3_600_000,
      now: () => this.#model.now,
    });
    await generations.load(cache.generations);
    return cache;
  }
}

/** The database as one process sees it, which writes nothing any more when it is killed. */
function mortal(database: FileDatabase, process: { readonly killed: boolean }): FileDatabase {
  const unlessKilled = async <T>(work: () => Promise<T>): Promise<T> => {
    if (process.killed) throw new StoreError('closed', 'The process was killed.');
    return work();
  };
  return {
    kind: database.kind,
    store: (namespace) => database.store(namespace),
    commit: (writes) => unlessKilled(() => database.commit(writes)),
    each: (namespace, onChunk) => database.each(namespace, onChunk),
    eachKey: (namespace, onChunk) => database.eachKey(namespace, onChunk),
    size: (namespace) => database.size(namespace),
    clear: (...namespaces) => unlessKilled(() => database.clear(...namespaces)),
    close: async () => {},
  };
}
