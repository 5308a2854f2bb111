import type { Clock } from './clock.ts';
import type { Subject, World } from './subject.ts';

export const KEY = 'test:key';

/** What a scenario plays on. */
export interface Stage {
  /** Opens the cache, again if it was open before: the second level stays what it is. */
  open(): Promise<Subject>;
  readonly world: World;
  readonly clock: Clock;
}

/** Computes from a source that changes meanwhile; the invalidation comes after the change. */
export async function staleResult(
  { open, clock }: Stage,
  invalidate: (subject: Subject) => Promise<unknown>,
  tag?: string,
): Promise<string> {
  const subject = await open();
  let source = 'old';
  const { computing, finish } = await underWay(subject, () => source, tag);
  source = 'new';
  clock.advance(1000);
  await invalidate(subject);
  clock.advance(1000);
  finish();
  await computing;
  const now = await subject.get(KEY);
  await subject.close();
  if (now === 'old') return 'old';
  const later = await (await open()).getOrCompute(KEY, async () => source, tag === undefined ? {} : { tag });
  return later === 'old' ? 'old, after a restart' : 'new';
}

/** A computation that has read its input and waits. */
export async function underWay(subject: Subject, read: () => string, tag?: string) {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const compute = async () => {
    const input = read();
    begun.resolve();
    await end.promise;
    return input;
  };
  const computing = subject.getOrCompute(KEY, compute, tag === undefined ? {} : { tag });
  await Promise.race([begun.promise, computing]);
  return { computing, finish: end.resolve };
}

/** An entry that only the second level has. */
export async function stored(open: () => Promise<Subject>, options: { ttlMs?: number } = {}): Promise<void> {
  const subject = await open();
  await subject.set(KEY, 'stored', options);
  await subject.close();
}

/** A tagged entry whose tag was invalidated, by the process that stored it or by the next one. */
export async function invalidated({ open }: Stage, restart: boolean, ttlMs: number, meanwhile = () => {}) {
  let subject = await open();
  await subject.set(KEY, 'stored', { tag: 'tag', ttlMs });
  meanwhile();
  if (restart) {
    await subject.close();
    subject = await open();
  }
  await subject.invalidateTag('tag');
  return subject;
}

export async function runsOf(
  subject: Subject,
  callers: number,
  compute: () => Promise<string>,
): Promise<string> {
  let runs = 0;
  const counted = async () => {
    runs++;
    await Promise.resolve();
    return compute();
  };
  await Promise.allSettled(Array.from({ length: callers }, () => subject.getOrCompute(KEY, counted)));
  return runs === 1 ? '1 run' : `${runs} runs`;
}
