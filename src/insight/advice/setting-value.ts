type Members = Readonly<Record<string, unknown>>;

/** What is at the path within a setting; undefined when nothing is. */
export function valueAt(setting: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => (isMembers(value) ? value[name] : undefined), setting);
}

/** The setting with another value at the path; undefined takes it out, and what is empty then. */
export function withValueAt(setting: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const members: Members = isMembers(setting) ? setting : {};
  const inner = withValueAt(members[name], rest, value);
  const { [name]: _, ...others } = members;
  if (inner !== undefined)
    return name in members ? { ...members, [name]: inner } : { ...others, [name]: inner };
  return Object.keys(others).length === 0 ? undefined : others;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
