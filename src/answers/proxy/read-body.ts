/** A request with more bytes than are taken; the text is for clients. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** All of it. Rejects with a {@link BodyTooLarge}, having read no more than the bound. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!body) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > most) throw new BodyTooLarge(`A request to a model has ${most} bytes at the most.`);
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}
