import type { Surroundings } from './contradictions.ts';
import { PRESETS } from './presets.ts';
import { durationText } from './quantities.ts';
import { agentFields, globalFields } from './resolved.ts';
import { agentSchema, commonSchema, type PolicyFields, policySchema } from './schema.ts';
import {
  members,
  pathTo,
  readSection,
  type SectionSchema,
  type Sections,
  withoutContradictions,
} from './sections.ts';

/** Sentences, each with the path of the setting that it is about. */
export interface PolicyReport {
  /** Refused; the last good value stays. */
  readonly problems: string[];
  /** Used, but worth a second thought. */
  readonly warnings: string[];
}

/** What differs between the sections for all agents and those for one. */
interface Scope {
  readonly path: string;
  /** What is in use until now, for where the new is wrong. */
  readonly last: Sections;
  schema(name: string): SectionSchema;
  around(name: string, own: PolicyFields, read: Sections): Surroundings;
}

const GLOBAL = 'agentCache.namespaces';
const AGENTS = 'agentCache.agents';
const ALL = '*';
/** A namespace, or a part of it: one tool, one command. */
const SECTION = /^[a-z][a-z0-9-]*(?::[\w.@/+-]{1,100})?$/;
const MOST_NAMESPACES = 200;
const MOST_AGENTS = 1000;
const LONGEST_AGENT = 200;

/** The declared policies that hold for all agents. */
export function readGlobal(input: unknown, last: Sections, report: PolicyReport): Sections {
  const read = readScope(input, report, {
    path: GLOBAL,
    last,
    schema: (name) => (name === ALL || name.includes(':') ? commonSchema : policySchema),
    around(name, own, read) {
      if (name === ALL) return { fields: own, room: true };
      const fields = globalFields(name, new Map([...read, [name, own]]));
      return { fields, room: fields.entries !== undefined || fields.size !== undefined };
    },
  });
  warnOfLifetimes(GLOBAL, read, report);
  return read;
}

/** The declared policies of single agents, by agent. */
export function readAgents(
  input: unknown,
  global: Sections,
  last: ReadonlyMap<string, Sections>,
  report: PolicyReport,
): ReadonlyMap<string, Sections> {
  const given = members(AGENTS, input, MOST_AGENTS, report.problems);
  if (!given) return last;
  const agents = new Map<string, Sections>();
  for (const [agent, sections] of given) {
    const path = pathTo(AGENTS, agent);
    if (agent === ALL || agent === '' || agent.length > LONGEST_AGENT) {
      report.problems.push(
        `${path}: It names no agent. Fits: 1 to ${LONGEST_AGENT} characters; what holds for all agents belongs in ${GLOBAL}.`,
      );
      continue;
    }
    const read = readScope(sections, report, {
      path,
      last: last.get(agent) ?? new Map(),
      schema: () => agentSchema,
      around(name, own, read) {
        // Where all namespaces are meant, the strictest of both counts for each; "none" is never that.
        if (name === ALL) return { fields: own, room: true, laxest: 'redact' };
        const { sensitivity } = globalFields(name, global);
        const fields = agentFields(name, global, new Map([...read, [name, own]]));
        return { fields, room: true, ...(sensitivity && { laxest: sensitivity }) };
      },
    });
    warnOfLifetimes(path, read, report);
    agents.set(agent, read);
  }
  return agents;
}

function readScope(input: unknown, { problems }: PolicyReport, scope: Scope): Sections {
  const given = members(scope.path, input, MOST_NAMESPACES, problems);
  if (!given) return scope.last;
  const read = new Map<string, PolicyFields>();
  const allFirst = [...given].sort(([a], [b]) => Number(b === ALL) - Number(a === ALL));
  for (const [name, section] of allFirst) {
    const path = pathTo(scope.path, name);
    if (name !== ALL && !SECTION.test(name)) {
      problems.push(
        `${path}: It names no namespace. Fits: lower-case letters, digits and "-", with a part of it behind ":" such as "tool:web_search", or "*" for all.`,
      );
      continue;
    }
    const last = scope.last.get(name);
    const fields = readSection(path, section, scope.schema(name), last, problems);
    const around = (own: PolicyFields) => scope.around(name, own, read);
    read.set(name, withoutContradictions(path, fields, last, around, problems));
  }
  return read;
}

function warnOfLifetimes(path: string, sections: Sections, { warnings }: PolicyReport): void {
  for (const [name, { ttlRange }] of PRESETS) {
    const from = sections.get(name)?.ttl === undefined ? ALL : name;
    const ttl = sections.get(from)?.ttl;
    if (!ttlRange || ttl === undefined) continue;
    const [least, most] = ttlRange;
    if (ttl >= least && ttl <= most) continue;
    const range = least === most ? '' : `${durationText(least)} to `;
    warnings.push(
      `${pathTo(path, from)}.ttl: ${durationText(ttl)} is outside the ${range}${durationText(most)} that suits "${name}". It is used all the same.`,
    );
  }
}
