/** One verification: what it has found of the entries on its way, so that it looks at each of them once. */
export class Session {
  /** The key whose stamp is verified. */
  readonly asker: string;
  /** By key; no digest is a doubt. */
  readonly states = new Map<string, { readonly digest: string | undefined }>();

  constructor(asker: string) {
    this.asker = asker;
  }
}
