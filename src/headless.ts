import { Console } from 'node:console';
import { fileURLToPath } from 'node:url';
import { OPTIONS, readArguments } from './serve/arguments.ts';
import { startStandalone } from './serve/standalone.ts';

const USAGE = `node dist/headless.js --workspace DIR [--storage DIR] [--port N] [--policies FILE] [--limits FILE] [--shared URL]…
  [--warm-at-start] [--warm-schedule CRON] [--warm-when-idle] [--alerts FILE]
  [--proxy-openai URL] [--proxy-anthropic URL] [--proxy-share-credentials]

${OPTIONS}

Prints one line of JSON with url, token and mcp when ready; logs to standard error; ends on SIGTERM.`;

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

async function main(): Promise<void> {
  globalThis.console = new Console(process.stderr); // packages that log must not write to standard output
  const given = readArguments(log);
  if (!given) {
    process.stderr.write(`${USAGE}\n`);
    return;
  }
  const server = await startStandalone(given, fileURLToPath(new URL('.', import.meta.url)), log);
  const stop = async () => {
    await server.close();
    process.exit(0);
  };
  // Before anybody knows that it runs: who is told may end it at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  const { url, token, mcp } = server;
  process.stdout.write(`${JSON.stringify({ url, token, mcp })}\n`);
  log(`serving ${given.workspace}, storage ${given.storage}`);
}

main().catch((error: NodeJS.ErrnoException) => {
  const text =
    error.code === 'EADDRINUSE' ? 'The port is in use: choose another, or 0 for a free one.' : error.message;
  process.stderr.write(`agent-cache-explorer: ${text}\n`);
  process.exit(1);
});
