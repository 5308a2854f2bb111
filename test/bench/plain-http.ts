import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** Bytes of a usual answer. */
const ANSWER = Buffer.alloc(3000, 'x');

export interface Exchange {
  readonly ms: number;
  readonly text: string;
}

/** Posts each of the bodies, one after the other, over one connection. */
export async function exchanges(
  url: string,
  headers: Readonly<Record<string, string>>,
  bodies: readonly string[],
): Promise<Exchange[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const done: Exchange[] = [];
  for (const body of bodies) {
    const began = performance.now();
    const text = await new Promise<string>((resolve, reject) => {
      const asked = request(url, { method: 'POST', agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk) => chunks.push(chunk))
          .on('end', () => resolve(String(Buffer.concat(chunks))));
      });
      asked.on('error', reject).end(body);
    });
    done.push({ ms: performance.now() - began, text });
  }
  agent.destroy();
  return done;
}

/** Exchanges with a server that does nothing. */
export async function bareExchanges(count: number): Promise<Exchange[]> {
  const worker = new Worker(new URL(import.meta.url));
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const bodies = Array.from({ length: count }, () => JSON.stringify({ path: 'src/a.ts' }));
  const done = await exchanges(`http://127.0.0.1:${port}`, {}, bodies);
  await worker.terminate();
  return done;
}

if (!isMainThread) {
  const server = createServer((asked, response) => {
    asked.resume().on('end', () => response.end(ANSWER));
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}
