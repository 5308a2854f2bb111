import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BoundedWaits } from '../../../src/cache/shared/bounded-waits.ts';
import { Circuit, type CircuitOptions } from '../../../src/cache/shared/circuit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = () => new Promise<never>(() => {});
const outcome = (work: Promise<unknown>) =>
  work.then(
    (value) => value,
    (error) => `${error.code ?? 'Error'}: ${error.message}`,
  );

describe('a bounded wait', () => {
  it('settles as the work does', async () => {
    const waits = new BoundedWaits();
    const late = () => new Error('late');
    expect(await waits.wait(Promise.resolve(1), 100, late)).toBe(1);
    await expect(waits.wait(Promise.reject(new Error('failed')), 100, late)).rejects.toThrow('failed');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when its time is over, whatever comes later', async () => {
    const waits = new BoundedWaits();
    const work = Promise.withResolvers<number>();
    const waiting = outcome(waits.wait(work.promise, 100, () => new Error('late')));
    await vi.advanceTimersByTimeAsync(99);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(2);
    expect(await waiting).toBe('Error: late');
    work.reject(new Error('nobody hears this'));
    await vi.runAllTimersAsync();
  });

  it('takes an answer that was there before the thread had time to look', async () => {
    const waits = new BoundedWaits();
    const work = Promise.withResolvers<string>();
    setTimeout(() => setImmediate(() => work.resolve('in the socket')), 99); // read after the timers are run
    const waiting = outcome(waits.wait(work.promise, 99, () => new Error('late')));
    await vi.runAllTimersAsync();
    expect(await waiting).toBe('in the socket');
  });

  it('can be given up, with all others', async () => {
    const waits = new BoundedWaits();
    const waiting = [1, 2].map(() => outcome(waits.wait(never(), 100, () => new Error('late'))));
    waits.giveUp(new Error('given up'));
    expect(await Promise.all(waiting)).toEqual(['Error: given up', 'Error: given up']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a circuit', () => {
  function circuit(options: Partial<CircuitOptions> = {}) {
    const states: string[] = [];
    const probe = vi.fn<() => Promise<void>>(async () => {});
    const made: Circuit = new Circuit({
      requestMs: 100,
      probeMs: 500,
      probe,
      isOutage: (error) => !error.message.startsWith('ERR'),
      explain: (error) => `<${error.message}>`,
      onChange: () => states.push(made.closed ? 'closed' : `open ${made.problem}`),
      random: () => 1,
      ...options,
    });
    return { circuit: made, probe, states };
  }
  async function closed(options: Partial<CircuitOptions> = {}) {
    const all = circuit(options);
    all.circuit.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(all.circuit.closed).toBe(true);
    all.probe.mockClear();
    all.states.length = 0;
    return all;
  }

  it('lets nothing through before its first probe has ended well', async () => {
    const { circuit: own, states } = circuit();
    const request = vi.fn(async () => 1);
    expect(await outcome(own.run(request))).toBe('unavailable: The shared cache is not connected yet.');
    expect(request).not.toHaveBeenCalled();
    own.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(await own.run(request)).toBe(1);
    expect(states).toEqual(['closed']);
  });

  it('makes one wait when nobody answers, and tells all others at once', async () => {
    const { circuit: own, states } = await closed();
    const request = vi.fn(never);
    const first = outcome(own.run(request));
    await vi.advanceTimersByTimeAsync(60);
    const second = outcome(own.run(request)); // would have to wait until 160
    await vi.advanceTimersByTimeAsync(41);
    expect(await first).toBe('lost: <No answer within 100 ms.>');
    expect(await second).toBe('unavailable: <No answer within 100 ms.>');
    for (let i = 0; i < 50; i++) expect(await outcome(own.run(request))).toMatch(/^unavailable/);
    expect(request).toHaveBeenCalledTimes(2);
    expect(states).toEqual(['open <No answer within 100 ms.>']);
  });

  it('stays closed on an answer that is an error', async () => {
    const { circuit: own, states } = await closed();
    expect(await outcome(own.run(() => Promise.reject(new Error('ERR full'))))).toBe('refused: <ERR full>');
    expect(own.closed).toBe(true);
    expect(states).toEqual([]);
  });

  it('opens on a lost connection, also when nobody was asking', async () => {
    const { circuit: own, states } = await closed();
    expect(await outcome(own.run(() => Promise.reject(new Error('reset'))))).toBe('lost: <reset>');
    const other = await closed();
    other.circuit.trip(new Error('gone'));
    other.circuit.trip(new Error('gone'));
    other.circuit.trip(new Error('refused'));
    expect(other.states).toEqual(['open <gone>', 'open <refused>']);
    expect(states).toEqual(['open <reset>']);
  });

  it('probes in the background, less and less often, and ten seconds apart at the most', async () => {
    const { circuit: own, probe } = await closed();
    probe.mockImplementation(() => Promise.reject(new Error('gone')));
    own.trip(new Error('gone'));
    const at: number[] = [];
    const start = Date.now();
    probe.mockImplementation(() => {
      at.push(Date.now() - start);
      return Promise.reject(new Error('gone'));
    });
    await vi.advanceTimersByTimeAsync(60_000);
    const gaps = at.map((time, i) => time - (at[i - 1] ?? 0));
    expect(gaps).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000]);
  });

  it('probes no two instances in step', async () => {
    const { circuit: own, probe } = await closed({ random: () => 0 });
    own.trip(new Error('gone'));
    await vi.advanceTimersByTimeAsync(75);
    expect(probe).toHaveBeenCalledTimes(1);
  });

  it('leaves a server alone more and more that answers nothing but probes', async () => {
    const { circuit: own, probe } = await closed();
    const openFor = async () => {
      const lost = outcome(own.run(never));
      await vi.advanceTimersByTimeAsync(101);
      await lost;
      const start = Date.now();
      while (!own.closed) await vi.advanceTimersByTimeAsync(10);
      return Date.now() - start;
    };
    const waits = [await openFor(), await openFor(), await openFor()];
    expect(waits[1]).toBeGreaterThan(1.5 * (waits[0] as number));
    expect(waits[2]).toBeGreaterThan(1.5 * (waits[1] as number));
    await own.run(async () => 'answered');
    expect(await openFor()).toBe(waits[0]);
    expect(probe).toHaveBeenCalledTimes(4);
  });

  it('is closed again by a probe that ends well', async () => {
    const { circuit: own, probe, states } = await closed();
    probe.mockRejectedValueOnce(new Error('still gone'));
    own.trip(new Error('gone'));
    await vi.advanceTimersByTimeAsync(99);
    expect(probe).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(probe).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(probe).toHaveBeenCalledTimes(2);
    expect(states).toEqual(['open <gone>', 'open <still gone>', 'closed']);
    expect(own.problem).toBeUndefined();
  });

  it('gives a probe its time, and takes one that ends well late for what it is', async () => {
    const { circuit: own, probe } = await closed();
    const late = Promise.withResolvers<void>();
    probe.mockImplementation(() => late.promise);
    own.trip(new Error('gone'));
    await vi.advanceTimersByTimeAsync(601);
    expect(own.problem).toBe('<No answer within 500 ms.>');
    late.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(own.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probe).toHaveBeenCalledTimes(1); // no further ones
  });

  it('probes at once on a sign of life, once', async () => {
    const { circuit: own, probe } = await closed();
    own.trip(new Error('gone'));
    own.wake();
    own.wake();
    await vi.advanceTimersByTimeAsync(0);
    own.wake();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probe).toHaveBeenCalledTimes(1);
    expect(own.closed).toBe(true);
  });

  it('leaves nothing behind when it is disposed of', async () => {
    const { circuit: own, probe, states } = await closed();
    const waiting = outcome(own.run(never));
    own.dispose();
    expect(await waiting).toBe('closed: The shared cache was closed.');
    expect(await outcome(own.run(async () => 1))).toBe('closed: The shared cache was closed.');
    own.trip(new Error('gone'));
    own.wake();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([probe.mock.calls.length, states, vi.getTimerCount()]).toEqual([0, [], 0]);
  });
});
