import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Operation } from './instance-process.ts';

interface Answered {
  readonly value: unknown;
  readonly from: string;
  readonly detail?: string;
}

/** A process of `instance-process.ts`, and how to tell it what to do. */
export class InstanceChild {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  #last = 0;
  complaints = '';

  private constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr?.on('data', (data) => {
      if (!/ExperimentalWarning|trace-warnings/.test(String(data))) this.complaints += data;
    });
    if (!this.#child.stdout) throw new Error('No stdout.');
    createInterface(this.#child.stdout).on('line', (line) => {
      const [id, result, error] = JSON.parse(line) as [number, never, string?];
      const asked = this.#open.get(id);
      this.#open.delete(id);
      if (error === undefined) asked?.resolve(result);
      else asked?.reject(new Error(error));
    });
    this.#child.once('exit', () => {
      for (const { reject } of this.#open.values())
        reject(new Error(`The process is gone. ${this.complaints}`));
      this.#open.clear();
    });
  }

  static async start(args: readonly string[]): Promise<InstanceChild> {
    const child = new InstanceChild(args);
    await new Promise((resolve, reject) => child.#open.set(0, { resolve, reject }));
    return child;
  }

  /** Operations of `instance-process.ts`. */
  do<T = unknown>(operation: Operation, ...args: unknown[]): Promise<T> {
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      this.#open.set(id, { resolve: resolve as (result: never) => void, reject });
      this.#child.stdin?.write(`${JSON.stringify([id, operation, ...args])}\n`);
    });
  }

  ask(key: string, value: unknown, how: object = {}): Promise<Answered> {
    return this.do<Answered>('ask', key, value, how);
  }

  sleep(): void {
    this.#child.kill('SIGSTOP');
  }

  wake(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}
