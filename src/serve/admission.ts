import { timingSafeEqual } from 'node:crypto';
import { digest } from '../cache/digest.ts';
import { Problem } from './problem.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Lets in who has the token and came by a loopback name. The `Host` check stops a web page whose
 * name was rebound to this machine; the `Origin` check stops every web page that is not local.
 */
export function admit(request: Request, token: string): void {
  admitHost(request);
  const given = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  checkToken(
    given,
    token,
    'Send the header "Authorization: Bearer <token>" with the token printed at start.',
  );
}

/** The part of it that is about where a request comes from. */
export function admitHost(request: Request): void {
  const host = request.headers.get('host') ?? '';
  if (!LOOPBACK.has(hostName(host))) {
    throw new Problem(
      403,
      'Foreign host',
      `This server answers to loopback names only, not to "${host.slice(0, 100)}".`,
    );
  }
  const origin = request.headers.get('origin');
  if (origin !== null && !isLoopbackOrigin(origin)) {
    throw new Problem(403, 'Foreign origin', 'This server does not answer to web pages.');
  }
}

/** In a time that tells nothing of the token; `how` says where it is to be sent. */
export function checkToken(given: string | undefined, token: string, how: string): void {
  if (given === undefined) throw new Problem(401, 'No token', how);
  if (!timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(token)))) {
    throw new Problem(401, 'Wrong token', 'The token is not the one of this start of the server.');
  }
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function isLoopbackOrigin(origin: string): boolean {
  try {
    const { protocol, hostname } = new URL(origin);
    return (protocol === 'http:' || protocol === 'https:') && LOOPBACK.has(hostname);
  } catch {
    return false; // "null" and the like
  }
}
