/** One verification: what it has found of the entries on its way, so that it looks at each of them once. */
export class Session {
  /** The key whose stamp is verified. */
  readonly asker: string;
  /** By key; no digest is a doubt. */
  readonly states = new Map<string, { readonly digest: string | undefined }>();

  /** Once aborted, nothing more is looked at, and nothing is brought up to date. */
  readonly signal: AbortSignal | undefined;

  constructor(asker: string, signal?: AbortSignal) {
    this.asker = asker;
    this.signal = signal;
  }
}
