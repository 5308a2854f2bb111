import { Listeners } from './listeners.ts';
import { type Announced, PendingBumps, type Undelivered } from './pending-bumps.ts';
import { type Begun, type Matches, SharedGenerations, shortName } from './shared-generations.ts';
import type { Bump, Bumps, Position, SharedStore, SharedStoreError, Subscription } from './shared-store.ts';

/** Invalidations delivered in one request. */
const MOST_AT_ONCE = 100;

export interface GenerationSyncOptions {
  readonly matches: Matches;
  readonly undelivered: Undelivered | undefined;
  readonly problem: (error: Error) => void;
  /** Milliseconds between two looks at whether others have invalidated something that went unheard. */
  readonly pollMs: number;
}

/**
 * Keeps this instance and the server agreed on what is invalid: tells the server what is invalidated
 * here, as soon as it can be reached, and hears what others invalidate, from the server's messages,
 * from the position that comes with every read, and from a look every few seconds.
 */
export class GenerationSync {
  readonly #store: SharedStore;
  readonly #problem: (error: Error) => void;
  readonly #generations: SharedGenerations;
  readonly #pending: PendingBumps;
  readonly #invalidated = new Listeners<readonly Bump[]>();
  readonly #subscriptions: readonly Subscription[];
  readonly #timer: NodeJS.Timeout;
  #delivering: Promise<void> | undefined;
  #catchingUp: Promise<void> | undefined;
  /** What the server would not take, last; it is offered again at the next look. */
  #refusal: string | undefined;
  #offerable = true;

  constructor(store: SharedStore, { matches, undelivered, problem, pollMs }: GenerationSyncOptions) {
    this.#store = store;
    this.#problem = problem;
    this.#generations = new SharedGenerations(matches);
    this.#pending = new PendingBumps(matches, undelivered, problem);
    this.#subscriptions = [
      store.onBump((bumps) => this.#hear(bumps)),
      store.onState(({ state }) => {
        if (state === 'up') this.#look();
      }),
    ];
    this.#timer = setInterval(() => this.#look(), pollMs);
    this.#timer.unref();
    if (store.state.state === 'up') this.#look();
  }

  get known(): Position {
    return this.#generations.known;
  }

  /** Whether a record of this key can be served, as far as invalidations go. */
  holds(key: string, begun: Begun): boolean {
    return this.#generations.holds(key, begun) && !this.#pending.hit(key, begun);
  }

  /** See {@link SharedGenerations.isOfThisLine}. */
  isOfThisLine(started: number): boolean {
    return this.#generations.isOfThisLine(started);
  }

  /** To be awaited before anything is read: what was invalidated here is on the server, or pending. Never rejects. */
  async settle(): Promise<void> {
    await this.#pending.loaded;
    if (this.#pending.size > 0 && this.#offerable) await this.#deliver();
  }

  /** Resolves when everything up to this position is known. */
  async reach(position: Position): Promise<void> {
    if (this.#generations.knows(position)) return;
    if (this.#catchingUp) {
      await this.#catchingUp.catch(() => {}); // whoever began it hears of it
      if (this.#generations.covers(position)) return;
    }
    await this.#catchUp();
  }

  /** Holds here at once; settles when the server has it, or could not be told in time. Never rejects. */
  async invalidate(bumps: readonly Announced[]): Promise<void> {
    if (bumps.length === 0) return;
    this.#pending.add(
      bumps.map(({ name, cause }) => ({ name: shortName(name), cause: cause.slice(0, 200) })),
    );
    await this.#deliver();
  }

  onInvalidated(listener: (bumps: readonly Bump[]) => void): Subscription {
    return this.#invalidated.add(listener);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#invalidated.clear();
    await this.#delivering;
    await this.#pending.keep();
  }

  #look(): void {
    this.#offerable = true;
    if (this.#store.state.state !== 'up') return;
    const looking = async () => {
      await this.settle();
      const { position } = await this.#store.read([]);
      await this.reach(position);
    };
    looking().catch((error: SharedStoreError) => this.#tell(error));
  }

  #deliver(): Promise<void> {
    this.#delivering ??= this.#deliverAll().finally(() => {
      this.#delivering = undefined;
    });
    return this.#delivering;
  }

  async #deliverAll(): Promise<void> {
    await this.#pending.loaded;
    let failed = false;
    while (this.#pending.size > 0 && !failed) {
      const some = this.#pending.first(MOST_AT_ONCE);
      try {
        const own = await this.#store.bump(some, this.#generations.known);
        this.#refusal = undefined;
        this.#take(own, new Set(own.bumps.map(({ at }) => at)));
        if (!this.#generations.covers(own.position)) await this.#catchUp();
        this.#pending.delivered(some); // only now does what is known say the same
      } catch (error) {
        failed = true;
        this.#offerable = false;
        this.#tell(error as SharedStoreError);
      }
      await this.#pending.keep();
    }
  }

  #hear(bumps: Bumps): void {
    this.#take(bumps, NONE);
    if (!this.#generations.knows(bumps.position)) this.#look();
  }

  #catchUp(): Promise<void> {
    const catchingUp = this.#store
      .bumpsSince(this.#generations.known)
      .then((bumps) => this.#take(bumps, NONE));
    this.#catchingUp = catchingUp;
    const done = () => {
      if (this.#catchingUp === catchingUp) this.#catchingUp = undefined;
    };
    catchingUp.then(done, done);
    return catchingUp;
  }

  #take(bumps: Bumps, own: ReadonlySet<number>): void {
    const news = this.#generations.take(bumps).filter(({ at }) => !own.has(at));
    if (news.length > 0) this.#invalidated.tell(news);
  }

  /** What the server refuses is told once; that it cannot be reached, its state tells. */
  #tell(error: SharedStoreError): void {
    if (error.code === 'unavailable' || error.code === 'lost' || error.code === 'closed') return;
    if (error.message === this.#refusal) return;
    this.#refusal = error.message;
    this.#problem(error);
  }
}

const NONE: ReadonlySet<number> = new Set();
