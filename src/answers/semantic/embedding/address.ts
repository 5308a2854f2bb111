const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What is wrong with the address of an embeddings service, without repeating it; undefined when it is right. */
export function embeddingsProblem(address: string): string | undefined {
  const fits =
    'Fits: an https address, or an http address on this machine, such as "http://localhost:11434/v1".';
  if (!URL.canParse(address)) return `It is no address. ${fits}`;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '')
    return 'It holds a user name or a password, which have no place in an address here.';
  if (protocol === 'https:') return undefined;
  if (protocol !== 'http:') return `It begins with neither https nor http. ${fits}`;
  return LOOPBACK.has(hostname) ? undefined : `It leaves this machine without encryption. ${fits}`;
}

/** Where requests go: the address names the folder of the API, or the endpoint itself. */
export function endpointOf(address: string): string {
  const url = new URL(address);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/embeddings') ? path : `${path}/embeddings`;
  return url.href;
}
