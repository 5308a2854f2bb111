import { digest } from '../../../src/cache/digest.ts';
import type { Entry } from '../../../src/cache/entry.ts';
import { FileLevel } from '../../../src/cache/file-level.ts';
import type { Miss } from '../../../src/cache/guard.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';
import type { ComputeContext } from '../../../src/freshness/context.ts';
import { outputDigest } from '../../../src/freshness/entries/output.ts';
import { factDigest } from '../../../src/freshness/facts.ts';
import { GenerationStore } from '../../../src/freshness/generation-store.ts';
import { OverlayDisk } from '../../../src/freshness/overlay-disk.ts';
import type { Selector } from '../../../src/freshness/selector.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { Witness } from '../witness.ts';
import { Clock } from './clock.ts';
import { FuzzDatabase } from './database.ts';
import { FuzzDisk } from './disk.ts';
import { contradictions } from './invariants.ts';
import { Model, type Origin, type Read } from './model.ts';
import { answerNow, answerThrough, lookNow, QUESTIONS } from './questions.ts';
import { Random } from './random.ts';
import { World } from './world.ts';

export interface TimelineOptions {
  readonly seed: number;
  readonly root: string;
  /** Opens the database of this timeline, anew after each close. */
  readonly open: (() => Promise<FileDatabase>) | undefined;
}

const KEYS = Object.keys(QUESTIONS).flatMap((id) => (id === 'wide' ? [] : [`one:${id}`, `two:${id}`]));
const DAY = 86_400_000;
const LONG = 'x'.repeat(70_000);

/** One random history of a workspace and its cache, and everything that was wrong in it. */
export class Timeline {
  readonly log: string[] = [];
  readonly wrong: string[] = [];
  readonly #options: TimelineOptions;
  readonly #random: Random;
  readonly #clock = new Clock();
  /** The latest time the clock has shown. */
  #latest = 0;
  readonly #model = new Model();
  readonly #world: World;
  readonly #grain: number;
  readonly #limits: { readonly entries: number; readonly bytes: number };
  readonly #jumps: boolean;
  readonly #failing: boolean;
  readonly #keys: readonly string[];
  readonly #reads = new Set<Read>();
  readonly #pending = new Set<Promise<void>>();
  /** How restless everything else is while something is under way: changes per moment. */
  #restless = 0;
  #busy = false;
  /** The folder is at rest: nothing that is looked at now can change and change back. */
  #still = false;
  /** Left of the changes that one act may have come in between: what they start has moments too. */
  #meanwhile = 0;
  #failNow = false;
  #gate: Promise<void> | undefined;
  #witness = new Witness<Stamp>();
  #database: FileDatabase | undefined;
  #file: FileLevel | undefined;
  #cache!: WorkspaceCache;
  #editors: OverlayDisk | undefined;

  constructor(options: TimelineOptions) {
    this.#options = options;
    const random = new Random(options.seed);
    this.#random = random;
    this.#grain = random.pick([0, 0, 1, 10, 1000, 2000]);
    this.#jumps = random.chance(0.3);
    this.#failing = options.open !== undefined && random.chance(0.2);
    this.#model.failing = this.#failing;
    const small = random.chance(0.35);
    this.#limits = small ? { entries: 4, bytes: 900 } : { entries: 1000, bytes: 1_000_000 };
    this.#keys = Array.from({ length: 4 + random.below(8) }, () => random.pick(KEYS));
    if (random.chance(0.1)) this.#keys = [...this.#keys, 'one:wide'];
    this.#world = new World(
      options.root,
      random,
      this.#clock,
      () => this.#stepped(),
      (path, text) => this.#typed(path, text),
    );
    this.#note(`grain ${this.#grain}, ${JSON.stringify(this.#limits)}, failing ${this.#failing}`);
  }

  async run(steps: number): Promise<void> {
    const rejected = (reason: unknown) => this.#blame(`unhandled rejection: ${String(reason)}`);
    process.on('unhandledRejection', rejected);
    try {
      await this.#start();
      for (let i = 0; i < steps && this.wrong.length === 0; i++) await this.#act();
      if (this.wrong.length === 0) await this.#rest();
      await this.#settle();
      await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', rejected);
      await this.#cache?.cache.close();
      await this.#database?.close();
    }
  }

  async #start(): Promise<void> {
    this.#witness = new Witness<Stamp>();
    const witness = this.#witness;
    this.#database ??= await this.#options.open?.();
    const database =
      this.#database &&
      new FuzzDatabase(
        this.#database,
        () => this.#moment(),
        () => this.#failNow && this.#random.chance(0.3),
      );
    this.#file = database && new FileLevel(database, (error) => witness.problem('file', error));
    const generations = database && new GenerationStore(database);
    const left = witness.left.bind(witness);
    witness.left = (entry, miss) => {
      left(entry, miss);
      this.#departed(entry, miss);
    };
    this.#editors = new OverlayDisk(new FuzzDisk(this.#world, this.#grain, () => this.#moment()));
    for (const [path, text] of this.#world.editors) this.#editors.set(path, () => text);
    this.#cache = new WorkspaceCache({
      disk: this.#editors,
      facts: {
        env: (name) => this.#world.fact('env', name),
        setting: (name) => this.#world.fact('setting', name),
      },
      observer: witness,
      memory: this.#limits,
      now: this.#clock.now,
      ...(this.#file && { file: this.#file }),
      ...(generations && { saveBump: (bump) => generations.save(bump) }),
    });
    await generations?.load(this.#cache.generations);
    if (this.#random.chance(0.7)) this.#spawn(this.#load());
  }

  async #load(): Promise<void> {
    try {
      await this.#cache.cache.loadCatalog();
    } catch (error) {
      if (!this.#failing) throw error;
    }
  }

  async #act(): Promise<void> {
    const random = this.#random;
    this.#restless = random.chance(0.5) ? 0 : random.pick([0.02, 0.08, 0.3]);
    this.#meanwhile = 8;
    const what = random.weighted({
      change: 30,
      ask: 40,
      several: 12,
      held: 10,
      say: 14,
      hint: 8,
      tick: 10,
      settle: 10,
      fail: this.#failing ? 6 : 0,
      rest: 5,
      restart: 4,
    });
    switch (what) {
      case 'change':
        return this.#change();
      case 'ask':
        this.#ask();
        if (random.chance(0.7)) await this.#settle();
        return;
      case 'several':
        for (let i = 2 + random.below(6); i > 0; i--) this.#ask();
        return;
      case 'held':
        return this.#held();
      case 'say':
        this.#say();
        if (random.chance(0.6)) await this.#settle();
        return;
      case 'hint':
        for (let i = random.below(4); i >= 0; i--) this.#hint();
        return;
      case 'tick':
        return this.#tick();
      case 'settle':
        return this.#settle();
      case 'fail':
        this.#failNow = !this.#failNow;
        this.#note(`disk ${this.#failNow ? 'fails' : 'works'}`);
        return;
      case 'rest':
        return this.#rest();
      case 'restart':
        return this.#restart();
    }
  }

  #change(): void {
    this.#note(this.#world.change());
    if (this.#random.chance(0.3)) this.#hint();
  }

  #tick(): void {
    const random = this.#random;
    const jump = this.#jumps && random.chance(0.3) ? random.pick([DAY, -DAY, 3_600_000]) : 0;
    this.#clock.time += jump || random.pick([3, 30, 70, 1500, 2500, 5000]);
    this.#note(`the clock shows ${this.#clock.now()}`);
    this.#latest = Math.max(this.#latest, this.#clock.now());
    for (const read of this.#reads) read.earliest = Math.min(read.earliest, this.#clock.now());
  }

  #hint(): void {
    const path = this.#random.pick([
      ...['a.txt', 'b.txt', 'c.txt', 'lib', 'lib/x.ts', 'lib/deep', 'link', 'dir-link', 'mod', 'mod.ts'],
      ...['', 'nowhere', '../up'],
    ]);
    this.#note(`hint ${path}`);
    this.#cache.hint(path);
  }

  /** Questions of all sorts; the answer is judged when it comes. */
  #ask(key = this.#random.pick(this.#keys)): void {
    const random = this.#random;
    const how = random.weighted({ compute: 60, get: 20, peek: 10, recompute: 6, ttl: 5, abort: 4, fail: 3 });
    const read = this.#begin(key);
    this.#note(`${how} ${key}`);
    if (how === 'peek') {
      this.#judge(read, this.#cache.peek(key), 'peek');
      return;
    }
    if (how === 'get') {
      this.#spawn(this.#cache.get(key).then((value) => this.#judge(read, value, 'get')));
      return;
    }
    const controller = new AbortController();
    const ttlMs = how === 'ttl' ? random.pick([1, 1000, 10_000]) : 0;
    let attempt = 0;
    const asked = this.#cache.getOrCompute(
      key,
      (context) => this.#compute(context, key, { attempt: ++attempt, ttlMs, fails: how === 'fail' }),
      {
        tags: [`kind/${key.slice(4)}`],
        signal: controller.signal,
        ...(how === 'recompute' && { recompute: true }),
        ...(ttlMs && { ttlMs }),
      },
    );
    this.#spawn(
      asked.then(
        ({ value, from }) => this.#judge(read, value, from),
        (error: Error) => this.#failed(read, error),
      ),
    );
    if (how === 'abort') setImmediate(() => controller.abort(new Error('The fuzzer left.')));
  }

  async #compute(
    context: ComputeContext,
    key: string,
    { attempt, ttlMs, fails }: { attempt: number; ttlMs: number; fails: boolean },
  ) {
    const id = key.slice(4);
    const tags = [`kind/${id}`, `q/${key.slice(0, 3)}/${id}`];
    const origin = this.#model.origin('run', key, { attempt, tags, ttlMs });
    context.tag(tags[1] as string);
    const gate = this.#gate;
    const question = QUESTIONS[id];
    if (!question) throw new Error(`no question ${id}`);
    let looks = 0;
    const between = async () => {
      if (looks++ % 5 === 1) await this.#moment();
      if (gate && looks === 2) await gate;
    };
    const answer = await answerThrough(context, question, between, (path) => origin.files.add(path));
    if (gate) await gate;
    await this.#moment();
    if (fails) throw new Error('The fuzzer lets it fail.');
    origin.answer.text = answer;
    return { key, origin: origin.id, answer, ...(origin.id % 29 === 0 && { pad: LONG }) };
  }

  /** Asks and holds the computation while the world and others move on. */
  async #held(): Promise<void> {
    let open = () => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    this.#note('hold');
    const key = this.#random.pick(this.#keys);
    this.#ask(key);
    for (let i = this.#random.below(4); i > 0; i--) await new Promise(setImmediate);
    for (let i = 1 + this.#random.below(6); i > 0; i--) {
      const what = this.#random.weighted({ change: 4, ask: 4, say: 3, hint: 1, pause: 2 });
      if (what === 'change') this.#change();
      else if (what === 'ask') this.#ask(key);
      else if (what === 'say') this.#say(this.#random.chance(0.6) ? key : undefined);
      else if (what === 'hint') this.#hint();
      else await new Promise(setImmediate);
    }
    this.#gate = undefined;
    this.#note('let go');
    open();
    if (this.#random.chance(0.7)) await this.#settle();
  }

  /** Sets, deletes and invalidations. */
  #say(key = this.#random.pick(this.#keys)): void {
    const random = this.#random;
    const what = random.weighted({ set: 30, delete: 14, invalidate: 40, level: 14 });
    if (what === 'set') {
      this.#set(key);
      return;
    }
    const id = key.slice(4);
    const selector: Selector =
      what === 'delete'
        ? { key }
        : what === 'level'
          ? { level: random.pick(['memory', 'memory', 'file']) }
          : random.pick<Selector>([
              { key },
              { keys: [key, random.pick(this.#keys)] },
              { tag: `kind/${id}` },
              { tag: 'kind' },
              { tag: `q/${key.slice(0, 3)}` },
              { tag: 'set' },
              { pattern: `one:*` },
              { pattern: `*:${id}` },
              { namespace: random.pick(['one', 'two']) },
              { file: random.pick(['a.txt', 'b.txt', 'lib/x.ts', 'link']) },
              { all: true },
            ]);
    this.#note(`${what} ${JSON.stringify(selector)}`);
    const cut = this.#model.cut(selector);
    const done = what === 'delete' ? this.#cache.delete(key) : this.#cache.invalidate(selector);
    this.#spawn(
      done.then(() => {
        cut.settled = this.#model.next();
      }),
    );
  }

  #set(key: string): void {
    const random = this.#random;
    const odd = random.chance(0.06);
    const ttlMs = random.chance(0.15) ? random.pick([1, 1000, 10_000]) : 0;
    const tags = random.chance(0.5) ? ['set', 'set/some'] : [];
    const mayBeLost = odd || (!this.#file && this.#limits.entries < 10);
    const lineage = tags.length > 0 ? ['set', 'set/some'] : [];
    const origin = this.#model.origin('set', key, { tags: lineage, ttlMs, mayBeLost });
    const value = {
      key,
      origin: origin.id,
      ...(odd && { odd: () => 'cannot be stored' }),
      ...(random.chance(0.1) && { pad: LONG }),
    };
    if ('pad' in value && (!this.#file || odd)) origin.mayBeLost = true;
    this.#note(
      `set ${key} ${origin.id}${odd ? ' (cannot be stored)' : ''}${'pad' in value ? ' (long)' : ''}`,
    );
    this.#spawn(
      this.#cache.set(key, value, { tags, ...(ttlMs && { ttlMs }) }).then(() => {
        origin.settled = this.#model.next();
        this.#expireLater(origin);
      }),
    );
  }

  /** Called when it is surely stored: its lifetime ends no later than counted from now. */
  #expireLater(origin: Origin): void {
    if (origin.ttlMs && origin.expires > this.#latest + origin.ttlMs)
      origin.expires = this.#latest + origin.ttlMs;
  }

  #begin(key: string): Read {
    const read: Read = {
      key,
      asked: this.#model.next(),
      right: new Set([this.#answer(key)]),
      earliest: this.#clock.now(),
    };
    this.#reads.add(read);
    return read;
  }

  #answer(key: string): string {
    return answerNow(this.#world, QUESTIONS[key.slice(4)] as (typeof QUESTIONS)[string]);
  }

  #judge(read: Read, value: unknown, from: string): void {
    this.#reads.delete(read);
    if (value === undefined) return;
    const { origin: id, answer } = value as { origin: number; answer?: string };
    const origin = this.#model.byId(id);
    if (!origin) {
      this.#blame(`${read.key}: a value from nowhere (${from})`);
      return;
    }
    const objection = this.#model.objection(read, origin);
    if (objection) this.#blame(`${read.key} got ${origin.kind} ${id} from ${from}, but ${objection}`);
    if (origin.kind !== 'run') return;
    if (answer !== origin.answer.text) this.#blame(`${read.key}: the answer of run ${id} was altered`);
    const given = from === 'computed' || from === 'running';
    if (from === 'computed') this.#expireLater(origin);
    if (given && origin.attempt >= 3) return;
    if (!given) origin.kept = Math.min(origin.kept, this.#model.next());
    if (!read.right.has(answer ?? ''))
      this.#blame(
        `${read.key} got ${answer} (run ${id} from ${from}), right: ${[...read.right].join(' | ')}`,
      );
  }

  #failed(read: Read, error: Error): void {
    this.#reads.delete(read);
    if (/The fuzzer l|do(es)? not come to rest|Nobody waits/.test(error.message)) return;
    this.#blame(`${read.key} failed: ${error.stack}`);
  }

  /** Only what rests on a changed input may go for being changed. */
  #departed(entry: Entry<Stamp>, miss: Miss): void {
    if (miss.reason !== 'changed' || !this.#still) return;
    if (/^entry .* cannot be read$/.test(miss.detail ?? '')) return; // after a restart nobody knows how it is computed
    const differs = entry.stamp.dependencies.some((one) => {
      if (one.on === 'kind') {
        const now = lookNow(this.#world, { on: 'kind', path: one.path });
        return (one.kind === 'other' ? null : one.kind) !== (now ?? null);
      }
      if (one.on === 'glob') return true;
      if (one.on === 'entry') {
        if (!one.key.startsWith('low:')) return true;
        const now = lookNow(this.#world, { on: 'entry', path: one.key.slice(4) });
        return one.digest !== outputDigest(now);
      }
      if (!('path' in one)) return one.digest !== factDigest(this.#world.fact(one.on as 'env', one.name));
      const now = lookNow(this.#world, { on: one.on === 'content' ? 'read' : 'list', path: one.path });
      const text = Array.isArray(now) ? now.join('\0') : (now as string | undefined);
      return one.digest !== (text === undefined ? null : digest(text));
    });
    if (!differs) this.#blame(`${entry.key} was dropped (${miss.detail}), but none of its inputs changed`);
  }

  /** Nothing is under way: everything has to add up, and every answer has to be the one of now. */
  async #rest(): Promise<void> {
    this.#restless = 0;
    this.#failNow = false;
    await this.#settle();
    await this.#cache.settled();
    await this.#cache.cache.flush();
    this.#note('rest');
    this.#still = true;
    for (const path of ['a.txt', 'b.txt', 'lib', 'link', 'mod']) this.#cache.hint(path);
    await this.#cache.settled();
    this.#still = false;
    await this.#contradictions();
    for (const key of new Set(this.#keys)) {
      if (this.wrong.length > 0) return;
      const due = this.#model.due(key, this.#clock.now());
      const read = this.#begin(key);
      const got = await this.#cache.get<{ origin: number }>(key);
      this.#judge(read, got, 'get at rest');
      if (due && got?.origin !== due.id) this.#blame(`${key} lost set ${due.id}, it got ${got?.origin}`);
      let from = '';
      for (let i = 0; i < 2; i++) {
        const again = this.#begin(key);
        let attempt = 0;
        const outcome = await this.#cache.getOrCompute<{ pad?: string }>(
          key,
          (context) => this.#compute(context, key, { attempt: ++attempt, ttlMs: 0, fails: false }),
          { tags: [`kind/${key.slice(4)}`] },
        );
        this.#judge(again, outcome.value, outcome.from);
        from = outcome.value.pad && !this.#file ? 'memory' : outcome.from;
      }
      const roomy = this.#file !== undefined || this.#limits.entries > 100;
      if (from === 'computed' && roomy && !this.#failing)
        this.#blame(`${key} was computed twice in a row at rest`);
    }
    await this.#cache.cache.flush();
    await this.#contradictions();
  }

  async #contradictions(): Promise<void> {
    const file = this.#failing ? undefined : this.#file;
    const { cache } = this.#cache;
    for (const what of await contradictions(this.#cache, this.#limits, this.#witness.live, file))
      this.#blame(`${what} (${cache.size} entries)`);
    const odd = this.#witness.problems.filter(
      ({ where, error }) => !(where === 'codec' || (this.#failing && /The fuzzer/.test(error.message))),
    );
    for (const { where, error } of odd) this.#blame(`problem of ${where}: ${error.stack}`);
  }

  async #restart(): Promise<void> {
    this.#restless = 0;
    await this.#settle();
    if (!this.#database) return;
    this.#failNow = false;
    await this.#cache.settled();
    await this.#cache.cache.close();
    this.#model.restarted();
    const cold = this.#random.chance(0.15);
    if (cold) {
      await this.#database.close();
      this.#database = undefined;
    }
    for (let i = this.#random.below(3); i > 0; i--) this.#change();
    this.#note(`restart${cold ? ' with a closed database' : ''}`);
    await this.#start();
  }

  async #settle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  #spawn(work: Promise<unknown>): void {
    const done = work.then(
      () => {},
      (error: Error) => this.#blame(`rejected: ${error.stack}`),
    );
    this.#pending.add(done);
    done.then(() => this.#pending.delete(done));
  }

  /** Something is under way and anything may happen now; called from inside the disk, the database, computations. */
  async #moment(): Promise<void> {
    const random = this.#random;
    if (this.#meanwhile > 0 && !this.#busy && random.chance(this.#restless)) {
      this.#meanwhile--;
      this.#busy = true; // what is done here has moments of its own
      this.#note('meanwhile:');
      const what = random.weighted({ change: 6, ask: 4, say: 3, hint: 1 });
      if (what === 'change') this.#change();
      if (what === 'say') this.#say();
      if (what === 'hint') this.#hint();
      const asked = [...this.#reads].map(({ key }) => key);
      const key = random.chance(0.6) && asked.length > 0 ? random.pick(asked) : undefined;
      if (what === 'ask' || random.chance(0.4)) this.#ask(key);
      this.#busy = false;
    }
    if (random.chance(0.25)) for (let i = random.below(4); i >= 0; i--) await new Promise(setImmediate);
  }

  #typed(path: string, text: string | undefined): void {
    if (text === undefined) this.#editors?.remove(path);
    else this.#editors?.set(path, () => text);
    if (this.#random.chance(0.5)) this.#cache?.hint(path);
  }

  #stepped(): void {
    this.#latest = Math.max(this.#latest, this.#clock.now());
    for (const read of this.#reads) read.right.add(this.#answer(read.key));
  }

  #note(what: string): void {
    this.log.push(what);
  }

  #blame(what: string): void {
    this.#note(`WRONG: ${what}`);
    this.wrong.push(what);
  }
}
