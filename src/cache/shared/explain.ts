import type { Connection, Server } from './connection.ts';

/** Of a certificate that this machine has no reason to trust. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

/** What a server answers, by how that begins. */
const REPLIES: readonly (readonly [start: RegExp, sentence: string])[] = [
  [/^WRONGPASS|^ERR invalid password|authentication failed/i, 'refuses the user name or password'],
  [/^NOAUTH/, 'wants a password: set it for the shared cache'],
  [/^ERR AUTH .*without any password/i, 'has no password set, but one is configured here: remove it'],
  [/^NOPERM/, 'does not allow this user what the shared cache needs'],
  [/^READONLY/, 'is a read-only replica: give the address of its master'],
  [/^MOVED|^ASK|^CROSSSLOT/, 'belongs to a Redis Cluster: choose the kind "redis-cluster"'],
  [/cluster support disabled/i, 'is no Redis Cluster: choose the kind "redis"'],
  [/^CLUSTERDOWN/, 'belongs to a Redis Cluster that is down'],
  [/^OOM|out of memory/i, 'is full: give it more memory, or a policy that evicts'],
  [/DB index is out of range/i, 'does not have a database of this number'],
  [/^LOADING/, 'is loading its data'],
  [/Value too large|too large for cache/i, 'takes no record of this size'],
];

/** Whether a Redis server answered with an error: its replies begin with a word in capitals, such as `ERR`. */
export function isReply(error: Error): boolean {
  return /^[A-Z]{2,}[A-Z0-9]* /.test(error.message) || 'replies' in error;
}

/** One sentence on what is wrong with a server and what to do about it, without secrets. */
export function explain(error: Error, server: Server, connection: Connection): string {
  const { code } = error as NodeJS.ErrnoException;
  const who = `The shared cache at ${server.host}:${server.port}`;
  const message = connection.credentials.scrub(error.message).replace(/\.$/, '');
  const sentence = () => {
    if (code === 'ECONNREFUSED')
      return 'refuses the connection: check that it runs, and that host and port are right';
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'cannot be found: check the host name';
    if (code !== undefined && UNTRUSTED.has(code))
      return `shows a certificate that this machine does not trust (${code}): set the file of the authority that signed it`;
    if (code === 'CERT_HAS_EXPIRED') return 'shows a certificate that has expired';
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'shows a certificate for another host name';
    if (code?.startsWith('ERR_SSL') || code === 'EPROTO')
      return `does not speak TLS as it should (${code}): switch TLS off, or use the port that has it`;
    if (
      /^Connection timeout|timed out connecting/.test(message) ||
      code === 'ETIMEDOUT' ||
      code === 'EHOSTUNREACH'
    )
      return `does not accept connections within ${connection.connectMs} ms: check the address${connection.tls ? ', whether it has TLS there,' : ''} and the network`;
    if (code === 'ECONNRESET' || /^Socket closed|^Client network socket disconnected/.test(message))
      return connection.tls ? 'closed the connection' : 'closed the connection, as one does that wants TLS';
    if (message.startsWith('Socket timeout')) return 'went silent';
    return REPLIES.find(([start]) => start.test(message))?.[1];
  };
  const known = sentence();
  if (known === undefined) return `${who}: ${message}.`;
  const detail = REPLIES.some(([start]) => start.test(message)) ? ` (${message})` : '';
  return `${who} ${known}${detail}.`;
}
