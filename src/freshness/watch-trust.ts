/**
 * Whether the watcher can be taken at its word, for namespaces that are content with it. It can
 * while it is known to be awake and everything it said has been followed.
 */
export class WatchTrust {
  readonly #contented: (namespace: string) => boolean;
  readonly #followed: () => boolean;
  #epochs = 0;
  #epoch = 0;

  /** `contented` tells whether a namespace's policy is `watched`, `followed` whether no hint is left to follow. */
  constructor(contented: (namespace: string) => boolean, followed: () => boolean) {
    this.#contented = contented;
    this.#followed = followed;
  }

  /** The watcher has been found awake. What was verified before it was not is verified again. */
  awake(): void {
    if (this.#epoch === 0) this.#epoch = ++this.#epochs;
  }

  /** The watcher is gone, deaf, or not yet known to be awake. */
  asleep(): void {
    this.#epoch = 0;
  }

  /** Whether a stamp that was found to hold in this epoch still does, by the watcher's word. */
  vouches(epoch: number): boolean {
    return epoch !== 0 && epoch === this.#epoch && this.#followed();
  }

  /** The epoch in which a stamp of the namespace begins to be vouched for; 0 is none. */
  epochFor(namespace: string): number {
    return this.#epoch !== 0 && this.#contented(namespace) ? this.#epoch : 0;
  }
}
