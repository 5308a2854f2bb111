const LONGEST = 60;

/** A client's name as agents are named in policies and tags, `claude-code`; undefined when nothing of it is left. */
export function agentName(client: string | undefined): string | undefined {
  const name = (client ?? '')
    .slice(0, 1000)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-|-$/g, '');
  return name === '' ? undefined : name;
}
