import { readFileSync } from 'node:fs';
import * as z from 'zod';

const answer = z.object({ id: z.number(), result: z.looseObject({}).optional() });
const usage = z.object({ usedSize: z.number() });

/** The heap of another process of Node that was started with `--inspect`, see the inspector's protocol. */
export class Heap {
  readonly #socket: WebSocket;
  #next = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param url as Node prints it: `ws://127.0.0.1:…` */
  static async connect(url: string): Promise<Heap> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error(`No inspector at ${url}.`)), { once: true });
    });
    return new Heap(socket);
  }

  /** Bytes that are alive: what is left after a full collection. */
  async live(): Promise<number> {
    await this.#call('HeapProfiler.collectGarbage');
    return usage.parse(await this.#call('Runtime.getHeapUsage')).usedSize;
  }

  close(): void {
    this.#socket.close();
  }

  #call(method: string): Promise<unknown> {
    const id = ++this.#next;
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent) => {
        const said = answer.safeParse(JSON.parse(String(data)));
        if (!said.success || said.data.id !== id) return;
        this.#socket.removeEventListener('message', listen);
        resolve(said.data.result);
      };
      this.#socket.addEventListener('message', listen);
      this.#socket.send(JSON.stringify({ id, method }));
    });
  }
}

/** Resident memory of a process, bytes. */
export function resident(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return 1024 * Number(kilobytes);
}

/** Time that a process has used of its processors; of 100 ticks a second, as Linux counts. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
