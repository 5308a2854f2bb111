import { parentPort } from 'node:worker_threads';
import { scan } from './scan.ts';
import type { FromScanner, Scanned, ScanRequest } from './secrets-protocol.ts';

if (!parentPort) throw new Error('This file is the worker of the secret scanner.');
const port = parentPort;

port.on('message', async ({ texts }: ScanRequest) => {
  const scanned: Scanned[] = [];
  for (const text of texts) scanned.push(await scanOne(text));
  post({ scanned });
});
post({ ready: true });

/** A rule's error names its own code, never the text. */
async function scanOne(text: string): Promise<Scanned> {
  try {
    return { findings: await scan(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.name : 'unknown error' };
  }
}

function post(message: FromScanner): void {
  port.postMessage(message);
}
