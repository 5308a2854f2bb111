const LONGEST = 100;
const LONGEST_PRODUCT = 60;

/** Who asks: as the header says, else the product of its user agent, as agents are named in policies. */
export function agentOf(headers: Headers): string {
  const given = headers.get('x-agent-cache-agent')?.trim().slice(0, LONGEST);
  if (given !== undefined && given !== '') return given;
  const [product = ''] = /^[^\s/()]+/.exec(headers.get('user-agent') ?? '') ?? [];
  const name = product
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_PRODUCT)
    .replace(/^-|-$/g, '');
  return name === '' ? 'unknown' : name;
}
