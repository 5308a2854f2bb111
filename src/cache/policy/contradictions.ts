import { type PolicyFields, SENSITIVITIES } from './schema.ts';

export interface Contradiction {
  readonly field: keyof PolicyFields;
  /** One or two sentences. */
  readonly why: string;
}

/** What applies where a section is: its own fields and, unless it is for all (`*`), those of the wider scopes. */
export interface Surroundings {
  readonly fields: PolicyFields;
  /** Whether there is a room whose eviction could be chosen. */
  readonly room: boolean;
  /** The laxest sensitivity that the section may ask for. */
  readonly laxest?: PolicyFields['sensitivity'];
}

/**
 * Fields of a section that have no effect where it is. Only what the section itself says is judged:
 * what a wider scope says gives way to the narrower one, without an error.
 */
export function contradictions(own: PolicyFields, { fields, room, laxest }: Surroundings): Contradiction[] {
  const found: Contradiction[] = [];
  const levels = fields.levels ?? ['memory', 'file', 'shared'];
  const named = JSON.stringify(levels);
  const inMemory = levels.includes('memory');
  if ((own.write === 'back' || own.write === 'around') && (!inMemory || levels.length === 1)) {
    const why = `"${own.write}" needs memory and a level below it, and levels is ${named}. Use "through", or name more levels.`;
    found.push({ field: 'write', why });
  }
  for (const field of ['entries', 'size', 'eviction'] as const) {
    if (own[field] === undefined || inMemory) continue;
    const why = `A room is on the memory level, and levels is ${named}. Add "memory" to levels, or leave ${field} out.`;
    found.push({ field, why });
  }
  if (own.eviction !== undefined && inMemory && !room) {
    const why =
      'It is for a room of its own. Set size or entries too; for the common room there is agentCache.memory.eviction.';
    found.push({ field: 'eviction', why });
  }
  if (own.sliding && fields.ttl === 0) {
    const why = 'There is no lifetime to begin anew, because ttl is none. Set ttl too, or leave sliding out.';
    found.push({ field: 'sliding', why });
  }
  if (own.sensitivity && laxest && strictness(own.sensitivity) < strictness(laxest)) {
    const fitting = SENSITIVITIES.slice(strictness(laxest)).map((name) => `"${name}"`);
    const why = `"${own.sensitivity}" is laxer than for all agents, and one agent can only have it stricter. Fits: ${fitting.join(' or ')}.`;
    found.push({ field: 'sensitivity', why });
  }
  return found;
}

export function strictness(sensitivity: NonNullable<PolicyFields['sensitivity']>): number {
  return SENSITIVITIES.indexOf(sensitivity);
}
