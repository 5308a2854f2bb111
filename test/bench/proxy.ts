import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { startHeadless } from '../agent-session/headless.ts';
import { plantCorpus } from './corpus.ts';
import { inFolder } from './folder.ts';
import { median } from './measure.ts';
import { exchanges } from './plain-http.ts';
import { type Figure, figure } from './report.ts';

const CALLS = 300;
/** Bytes of a usual answer, and of a question as agents have them. */
const ANSWER_BYTES = 4000;
const SIZES = { '2 KB': 2_000, '200 KB': 200_000 } as const;
const BODY = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'bench',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'x'.repeat(ANSWER_BYTES) }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 10 },
});

/** A hit of the proxy of the built headless server, beside a bare server of the same framework with the same bytes. */
export function proxy(rounds: number): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const root = join(folder, 'project');
    plantCorpus(root, 1);
    const provider = await listening(
      createServer((request, response) => {
        request
          .resume()
          .on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(BODY));
      }),
    );
    const bare = await bareServer();
    const upstream = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
    const server = await startHeadless(root, join(folder, 'storage'), ['--proxy-openai', upstream]);
    try {
      const headers = { 'content-type': 'application/json', 'x-agent-cache-token': server.token };
      const door = `${server.url}/openai/v1/chat/completions`;
      const figures: Figure[] = [];
      for (const [size, bytes] of Object.entries(SIZES)) {
        const question = {
          model: 'bench',
          temperature: 0,
          messages: [{ role: 'user', content: 'y'.repeat(bytes) }],
        };
        const bodies = Array.from({ length: CALLS }, () => JSON.stringify(question));
        await exchanges(door, headers, bodies.slice(0, 1));
        const ours: number[] = [];
        const theirs: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const said = await exchanges(door, headers, bodies);
          if (said.some(({ text }) => text !== BODY)) throw new Error('An answer is another one.');
          ours.push(median(said.map(({ ms }) => ms)));
          theirs.push(median((await exchanges(bare.url, headers, bodies)).map(({ ms }) => ms)));
        }
        const reference = { name: 'bare server', value: median(theirs) };
        figures.push(figure(`proxy hit, question of ${size}`, median(ours), 'ms', reference));
      }
      return figures;
    } finally {
      await server.stop();
      provider.close();
      await bare.close();
    }
  });
}

/** In a thread of its own, as ours is in a process of its own. */
async function bareServer(): Promise<{ readonly url: string; close(): Promise<unknown> }> {
  const worker = new Worker(new URL(import.meta.url));
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  return { url: `http://127.0.0.1:${port}/`, close: () => worker.terminate() };
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

if (!isMainThread) {
  const app = new Hono();
  app.post('/', async (context) => {
    await context.req.arrayBuffer();
    return new Response(BODY, { headers: { 'content-type': 'application/json' } });
  });
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => parentPort?.postMessage(port));
}
