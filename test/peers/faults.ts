import { fakeClock } from './clock.ts';
import { invalidated, KEY, runsOf, type Stage, staleResult, stored, underWay } from './stage.ts';
import { type FaultName, Lacking, lacks, type Peer, type Subject, type World } from './subject.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A scenario: `run` tells in a few words what the cache did. */
export interface Fault {
  readonly name: FaultName;
  /** As the title of a test: what a cache without the fault does. */
  readonly promise: string;
  readonly right: string;
  run(stage: Stage): Promise<string>;
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'stored after a delete',
    promise: 'a result computed before its key was deleted is not stored',
    right: 'new',
    run: (stage) => staleResult(stage, (subject) => subject.delete(KEY)),
  },
  {
    name: 'stored after a tag invalidation',
    promise: 'a result computed before its tag was invalidated is not stored',
    right: 'new',
    run: (stage) => staleResult(stage, (subject) => subject.invalidateTag('tag'), 'tag'),
  },
  {
    name: 'overwrites a set',
    promise: 'a value set while another is computed stays, on every level',
    right: 'set',
    async run({ open }) {
      const subject = await open();
      const { computing, finish } = await underWay(subject, () => 'computed');
      await subject.set(KEY, 'set');
      finish();
      await computing;
      const now = await subject.get(KEY);
      await subject.close();
      const later = (await (await open()).get(KEY)) ?? now; // without a second level there is no later
      return now === later ? String(now) : `${now}, after a restart ${later}`;
    },
  },
  {
    name: 'undoes a delete',
    promise: 'a delete at any moment of a promotion is not undone',
    right: 'gone',
    async run({ open, world }) {
      for (let nth = 1; ; nth++) {
        await stored(open);
        const subject = await open();
        const held = world.gate.hold(nth);
        const reading = subject.getOrCompute(KEY, async () => 'computed later');
        const first = await Promise.race([held.reached, reading]);
        if (first === 'reached') await subject.delete(KEY);
        held.release();
        await reading;
        const found = await subject.get(KEY);
        await subject.close();
        if (first !== 'reached') return nth > 1 ? 'gone' : lacks('no second level');
        if (found === 'stored') return 'came back';
      }
    },
  },
  {
    name: 'repeats a failure',
    promise: 'a computation that throws runs once for all who wait for it',
    right: '1 run',
    run: async ({ open }) => runsOf(await open(), 100, () => Promise.reject(new Error('no luck'))),
  },
  {
    name: 'extends a lifetime',
    promise: 'a promotion keeps the remaining lifetime',
    right: 'expired',
    async run({ open, clock }) {
      await stored(open, { ttlMs: 10 * MINUTE });
      clock.advance(8 * MINUTE);
      const subject = await open();
      const promoted = await subject.getOrCompute(KEY, async () => 'computed', { ttlMs: 10 * MINUTE });
      if (promoted !== 'stored') return lacks('no second level');
      clock.advance(4 * MINUTE);
      return (await subject.get(KEY)) === undefined ? 'expired' : 'outlived its lifetime';
    },
  },
  {
    name: 'forgets an invalidation',
    promise: 'an invalidated tag stays invalidated for as long as its entries would have lived',
    right: 'gone',
    async run(stage) {
      for (const restart of [false, true]) {
        const subject = await invalidated(stage, restart, 30 * DAY);
        stage.clock.advance(11 * DAY);
        if ((await subject.get(KEY)) !== undefined) return 'came back';
        await subject.close();
        const reopened = await stage.open();
        if ((await reopened.get(KEY)) !== undefined) return 'came back after a restart';
        await reopened.close();
      }
      return 'gone';
    },
  },
  {
    name: 'trusts a clock',
    promise: 'an invalidation hits an entry that was stored while the clock was ahead',
    right: 'gone',
    async run(stage) {
      for (const restart of [false, true]) {
        const subject = await invalidated(stage, restart, DAY, () => stage.clock.setBack(MINUTE));
        if ((await subject.get(KEY)) !== undefined) return 'still served';
        await subject.close();
      }
      return 'gone';
    },
  },
  {
    name: 'computes for every caller',
    promise: 'a thousand callers of one cold key share one computation',
    right: '1 run',
    run: async ({ open }) => runsOf(await open(), 1000, async () => 'computed'),
  },
];

/** Runs a scenario on a peer; what it opened is closed by the end of it. */
export async function show(fault: Fault, peer: Peer, world: World): Promise<string> {
  const opened: Subject[] = [];
  const open = async () => {
    const subject = await peer.open(world);
    opened.push(subject);
    return subject;
  };
  const clock = fakeClock();
  try {
    return await fault.run({ open, world, clock });
  } catch (error) {
    if (error instanceof Lacking) return error.message;
    throw error;
  } finally {
    for (const subject of opened) await subject.close();
    clock.restore();
  }
}
