import { parentPort } from 'node:worker_threads';
import { priceOf, savedByCache } from './prices.ts';
import type { PriceAnswer, PriceQuestion } from './prices-protocol.ts';

if (!parentPort) throw new Error('This file is the worker that knows prices.');
const port = parentPort;

port.on('message', (questions: readonly PriceQuestion[]) => {
  port.postMessage(questions.map(answered) satisfies PriceAnswer[]);
});

function answered(question: PriceQuestion): PriceAnswer {
  try {
    return ('price' in question ? priceOf(...question.price) : savedByCache(...question.saved)) ?? null;
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
