/** Makes vectors of texts, so that texts that mean nearly the same have nearly the same direction. */
export interface Embedder {
  /** Which model, for people. */
  readonly name: string;
  /** Vectors of another identity cannot be compared with its own. */
  readonly identity: string;
  /** A word overlap that knows nothing of meaning: what resembles is suggested, never served. */
  readonly offline: boolean;
  /** Why the last request failed; absent when it did not. */
  readonly problem?: string | undefined;
  /** Rejects when there is no vector now; that was counted already. */
  embed(text: string, signal?: AbortSignal): Promise<Float32Array>;
}
