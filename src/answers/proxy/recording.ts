/** Bytes that a client may lag behind the provider once an answer is too large to be recorded. */
const WINDOW = 256 * 1024;

interface Piece {
  readonly bytes: Uint8Array;
  /** Since the request, ms. */
  readonly ms: number;
}

/** Why an answer ended before its end; the text is for clients. */
class CutOff extends Error {
  override readonly name = 'CutOff';
}

/**
 * An answer on its way: read once from the provider, given to any number of clients from its beginning,
 * each as fast as it takes it. Within the bound it is read ahead of them and kept whole; beyond it the
 * slowest client sets the pace, nobody can join any more, and what all have taken is forgotten.
 */
export class Recording {
  readonly response: Response;
  /** Settles at the end; undefined when the provider sent everything, else why not. */
  readonly ended: Promise<Error | undefined>;
  readonly #most: number;
  readonly #clock: () => number;
  #pieces: Piece[] = [];
  /** Pieces that are forgotten. */
  #dropped = 0;
  #bytes = 0;
  #end: { readonly error: Error | undefined } | undefined;
  readonly #clients = new Set<{ next: number }>();
  readonly #waiting = new Set<() => void>();

  /** `clock` tells the milliseconds since the request. */
  constructor(response: Response, most: number, clock: () => number) {
    this.response = response;
    this.#most = most;
    this.#clock = clock;
    this.ended = this.#read();
  }

  /** All so far; undefined once there was more than the bound. */
  get pieces(): readonly Piece[] | undefined {
    return this.whole ? this.#pieces : undefined;
  }

  /** Whether it is within the bound. */
  get whole(): boolean {
    return this.#bytes <= this.#most;
  }

  /** Whether the provider has nothing more to send. */
  get over(): boolean {
    return this.#end !== undefined;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** From the beginning; `left` is called once, when the client has everything or goes away. */
  stream(left: () => void): ReadableStream<Uint8Array> {
    const client = { next: this.#dropped };
    this.#clients.add(client);
    let gone = false;
    const leave = () => {
      if (gone) return;
      gone = true;
      this.#clients.delete(client);
      this.#wake();
      left();
    };
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        for (;;) {
          const piece = this.#pieces[client.next - this.#dropped];
          if (piece) {
            client.next++;
            this.#forget();
            return controller.enqueue(piece.bytes);
          }
          if (this.#end) {
            leave();
            if (this.#end.error) return controller.error(this.#end.error);
            return controller.close();
          }
          await this.#change();
          if (gone) return;
        }
      },
      cancel: leave,
    });
  }

  async #read(): Promise<Error | undefined> {
    let error: Error | undefined;
    try {
      const reader = this.response.body?.getReader();
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done || !value) break;
        this.#pieces.push({ bytes: value, ms: this.#clock() });
        this.#bytes += value.length;
        this.#wake();
        if (!this.whole && this.#clients.size === 0) {
          await reader?.cancel(); // it is not kept, and nobody takes it
          break;
        }
        while (!this.whole && this.#lag() > WINDOW) await this.#change();
      }
    } catch {
      // What fetch says may hold the address with its query.
      error = new CutOff('The connection to the provider broke before the answer was complete.');
    }
    this.#end = { error };
    this.#wake();
    return error;
  }

  /** Bytes that the slowest client has before it. */
  #lag(): number {
    const next = Math.min(...[...this.#clients].map((client) => client.next));
    return this.#pieces.slice(next - this.#dropped).reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  #forget(): void {
    if (this.whole) return;
    const taken = Math.min(...[...this.#clients].map((client) => client.next)) - this.#dropped;
    if (!(taken > 0) || !Number.isFinite(taken)) return;
    this.#pieces.splice(0, taken);
    this.#dropped += taken;
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
