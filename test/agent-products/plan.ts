/** What the stand-in for a model has every agent do: tools of the cache, in this order. */
export const PLAN = [
  { tool: 'agent_cache_outline', input: { path: 'src/a.ts' } },
  { tool: 'agent_cache_search', input: { query: 'total' } },
  { tool: 'agent_cache_dependents', input: { path: 'src/b.ts' } },
  { tool: 'agent_cache_outline', input: { path: 'src/a.ts' } },
] as const;

/** The name that an agent gives a tool of the cache: whatever it puts before it, `mcp__agent-cache__agent_cache_outline`. */
export function named(tool: string, offered: readonly string[]): string | undefined {
  return offered.find((name) => name.endsWith(tool));
}
