import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Webhook, webhookProblem } from '../../../../src/insight/alerts/webhook.ts';

/** A real server that answers as the test says, and what it was sent. */
async function receiver(answer: (response: ServerResponse, nth: number) => void) {
  const got: {
    readonly method: string | undefined;
    readonly type: string | undefined;
    readonly body: string;
  }[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    got.push({ method: request.method, type: request.headers['content-type'], body });
    answer(response, got.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/SECRET` };
}

function webhook(url: string | undefined, timeoutMs = 2000) {
  const problems: string[] = [];
  const sender = new Webhook({
    url: async () => url,
    problem: ({ message }) => problems.push(message),
    timeoutMs,
    retryAfterMs: [1, 1],
  });
  return { sender, problems };
}

const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end('ok');

describe('the webhook', () => {
  it('is sent a text as Slack takes it', async () => {
    const { url, got } = await receiver(status(200));
    const { sender, problems } = webhook(url);
    await Promise.all([sender.send('one'), sender.send('two')]);
    expect(got).toEqual(
      ['one', 'two'].map((text) => ({
        method: 'POST',
        type: 'application/json',
        body: JSON.stringify({ text }),
      })),
    );
    expect(problems).toEqual([]);
  });

  it('is tried three times, and its failure told once without the address', async () => {
    const { url, got } = await receiver(status(500));
    const { sender, problems } = webhook(url);
    await sender.send('text');
    expect(got).toHaveLength(3);
    expect(problems).toEqual(['An alert was not sent: the webhook answered 500.']);
  });

  it('is tried again after a failure that passes', async () => {
    const { url, got } = await receiver((response, nth) => status(nth < 3 ? 503 : 200)(response));
    const { sender, problems } = webhook(url);
    await sender.send('text');
    expect(got).toHaveLength(3);
    expect(problems).toEqual([]);
  });

  it('that does not answer is given up', async () => {
    const { url, got } = await receiver(() => {});
    const { sender, problems } = webhook(url, 50);
    await sender.send('text');
    expect(got).toHaveLength(3);
    expect(problems).toEqual(['An alert was not sent: the webhook did not answer in time.']);
  });

  it('is not followed elsewhere', async () => {
    const other = await receiver(status(200));
    const { url } = await receiver((response) => void response.writeHead(307, { location: other.url }).end());
    const { sender, problems } = webhook(url);
    await sender.send('text');
    expect(other.got).toEqual([]);
    expect(problems).toEqual(['An alert was not sent: the webhook cannot be reached.']);
  });

  it('that is missing, or does not fit, is told without sending', async () => {
    const missing = webhook(undefined);
    await missing.sender.send('text');
    expect(missing.problems[0]).toContain('no webhook is set');
    const foreign = webhook('http://hooks.example.com/SECRET');
    await foreign.sender.send('text');
    expect(foreign.problems[0]).toContain('without encryption');
    expect(foreign.problems.join()).not.toContain('SECRET');
  });

  it('keeps few waiting, and ends at once when it is closed', async () => {
    const { url, got } = await receiver(() => {});
    const { sender, problems } = webhook(url, 60_000);
    const sent = Array.from({ length: 30 }, (_, i) => sender.send(`${i}`));
    expect(problems).toHaveLength(10);
    await expect.poll(() => got.length).toBe(1);
    await sender.close();
    await Promise.all(sent);
    expect(got).toHaveLength(1);
  });
});

describe('the address of a webhook', () => {
  it.each([
    'https://hooks.slack.com/services/T/B/x',
    'http://localhost:3000/x',
    'http://127.0.0.1/x',
    'http://[::1]:8080/',
  ])('%s fits', (address) => {
    expect(webhookProblem(address)).toBeUndefined();
  });

  it.each([
    ['', 'It is no address.'],
    ['hooks.slack.com/services', 'It is no address.'],
    ['http://hooks.slack.com/x', 'It leaves this machine without encryption.'],
    ['http://127.0.0.1.example.com/', 'It leaves this machine without encryption.'],
    ['http://localhost.example.com/', 'It leaves this machine without encryption.'],
    ['ftp://localhost/x', 'It begins with neither https nor http.'],
    ['file:///etc/passwd', 'It begins with neither https nor http.'],
  ])('%j does not', (address, why) => {
    expect(webhookProblem(address)).toBe(
      `${why} Fits: an https address, or an http address on this machine.`,
    );
  });
});
