import type { Finding } from './finding.ts';

/** What the main thread asks of the worker: one answer per text, in order. */
export interface ScanRequest {
  readonly texts: readonly string[];
}

/** A text that could not be scanned has the reason in place of its findings. */
export type Scanned = { readonly findings: readonly Finding[] } | { readonly problem: string };

export type FromScanner = { readonly ready: true } | { readonly scanned: readonly Scanned[] };
