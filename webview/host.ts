/** The one connection to the extension host: messages out, and what the page keeps over a reload. */
import type { ToHost } from '../src/protocol.ts';

interface VsCodeApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Can be acquired once in the life of a page. */
export const host = acquireVsCodeApi();

/** A page that fails in a loop must not flood the output channel. */
const MAX_ERRORS = 20;
const MAX_LENGTH = 5_000;
let errors = 0;

function report(error: unknown): void {
  if (++errors > MAX_ERRORS) return;
  const message = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  host.postMessage({ type: 'error', message: message.slice(0, MAX_LENGTH) });
}

/** From here on every uncaught error of the page ends in the host's output channel. */
export function reportErrors(): void {
  window.addEventListener('error', (event) => report(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => report(event.reason));
}
