import type { StoredAnswer } from './stored-answer.ts';

/** A pause of the recording is kept up to this long, ms. */
const LONGEST_PAUSE = 30_000;

/** The very bytes that were recorded: at once, or as they came. */
export function replayed(
  answer: StoredAnswer,
  pace: 'once' | 'recorded',
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
  // A copy of nothing: the value in memory is never written to.
  if (pace === 'once' || answer.pieces.length <= 2) return answer.body as Uint8Array<ArrayBuffer>;
  return paced(answer);
}

function paced({ body, pieces }: StoredAnswer): ReadableStream<Uint8Array> {
  let at = 0;
  let waiting: NodeJS.Timeout | undefined;
  let last = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const from = pieces[at];
      if (from === undefined) return controller.close();
      const ms = pieces[at + 1] ?? 0;
      const pause = Math.min(ms - last, LONGEST_PAUSE);
      last = ms;
      if (pause > 0) {
        await new Promise<void>((resolve) => {
          waiting = setTimeout(resolve, pause);
        });
      }
      at += 2;
      controller.enqueue(body.subarray(from, pieces[at] ?? body.length));
    },
    cancel() {
      clearTimeout(waiting);
    },
  });
}
