import { lstat, open, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TRANSCRIPT_LIMITS } from '../../../src/answers/transcripts/limits.ts';
import { ProviderCache } from '../../../src/engine/transcripts.ts';
import type { TranscriptAgent } from '../../../src/protocol/provider.ts';
import { write } from '../../support/workspace.ts';
import { usedMachine } from '../answers/transcripts/machine.ts';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return { ...real, lstat: vi.fn(real.lstat), open: vi.fn(real.open), opendir: vi.fn(real.opendir) };
});
const looks = () => [lstat, open, opendir].reduce((all, spy) => all + vi.mocked(spy).mock.calls.length, 0);

/** What is asked for while the clock stands still. */
function provided(
  agents: readonly TranscriptAgent[],
  more: Partial<ConstructorParameters<typeof ProviderCache>[0]> = {},
) {
  const machine = usedMachine();
  const wanted = { agents };
  const problems: string[] = [];
  const clock = { now: 0 };
  const cache = new ProviderCache({
    options: { agents: () => wanted.agents, machine },
    problem: ({ message }) => problems.push(message),
    now: () => clock.now,
    ...more,
  });
  return { cache, wanted, problems, clock, machine };
}

beforeEach(() => vi.clearAllMocks());

describe("the provider's cache", () => {
  it('opens and looks at nothing while it is off', async () => {
    const { cache } = provided([]);
    const off = await cache.data();
    expect(off).toMatchObject({ state: 'off', rows: [], sources: [{ state: 'off' }, {}, {}, {}] });
    expect(await new ProviderCache({ options: undefined, problem: () => {} }).data()).toEqual(off);
    await cache.close();
    expect(looks()).toBe(0);
  });

  it('reads once somebody asks, and what they ask for only', async () => {
    const { cache, machine } = provided(['codex']);
    expect(looks()).toBe(0);
    const data = await cache.data(60_000);
    expect(data.state).toBe('ready');
    expect(data.rows.length).toBe(3);
    const asked = [...vi.mocked(opendir).mock.calls, ...vi.mocked(open).mock.calls].map(([at]) => String(at));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((at) => !at.startsWith(join(machine.folder, 'codex')))).toEqual([]);
  });

  it('reads no sooner again than after ten seconds, and tells of what it has meanwhile', async () => {
    const { cache, clock, machine } = provided(['codex']);
    const first = await cache.data(60_000);
    write(machine.folder, 'codex/sessions/2026/03/03/rollout-x.jsonl', '');
    const before = looks();
    clock.now = 9999;
    expect(await cache.data()).toBe(first);
    await setTimeout(50); // a reading would have begun
    expect(looks()).toBe(before);
    clock.now = 10_000;
    expect(await cache.data()).toBe(first); // and reads
    await vi.waitFor(async () => expect((await cache.data()).sources[1]?.files).toBe(4));
  });

  it('reads as often and lists as much as a person has set, which counts at once', async () => {
    const set = { ...TRANSCRIPT_LIMITS, freshMs: 60_000 };
    const { cache, clock } = provided(['codex'], { limits: () => set });
    const first = await cache.data(60_000);
    clock.now = 59_999;
    expect(await cache.data()).toBe(first);
    Object.assign(set, { freshMs: 1000, rows: 1 });
    await cache.data();
    await vi.waitFor(async () => expect((await cache.data()).rows.length).toBe(1));
  });

  it('forgets everything when a person switches it off, also while it reads', async () => {
    const { cache, wanted, problems } = provided(['claude-code', 'codex']);
    const reading = cache.data(0);
    wanted.agents = [];
    expect((await cache.data()).state).toBe('off');
    await reading;
    await cache.close();
    expect((await cache.data()).rows).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('says that it is reading while the first reading takes long', async () => {
    const { cache } = provided(['claude-code']);
    const data = await cache.data(0);
    expect(data).toMatchObject({ state: 'reading', rows: [] });
    expect((await cache.data(60_000)).state).toBe('ready');
  });

  it('leaves savings unknown when there are no prices, and tells why', async () => {
    const { cache, problems } = provided(['codex'], { saved: () => Promise.reject(new Error('no prices')) });
    const data = await cache.data(60_000);
    expect(data.rows.length).toBe(3);
    expect(data.total).not.toHaveProperty('savedUsd');
    expect(problems).toEqual(['no prices']);
  });
});
