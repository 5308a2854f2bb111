import type { RedisClientType } from '@keyv/redis';

/**
 * Asks a server whether it is there. A question that is still unanswered is not asked again: each
 * would put off the moment at which a silent connection is given up and made anew.
 */
export class Pings {
  #lost = new Error('Not connected yet');
  #under: Promise<unknown> | undefined;

  /** Tells what became of the connection, for those who ask while there is none. */
  lost(error: Error): void {
    this.#lost = error;
  }

  async ask(client: RedisClientType): Promise<void> {
    if (!client.isReady) throw this.#lost;
    this.#under ??= client.sendCommand(['PING']).finally(() => {
      this.#under = undefined;
    });
    await this.#under;
  }
}
