import { type PolicyReport, readAgents, readGlobal } from './declared.ts';
import type { Policy } from './policy.ts';
import { PRESETS } from './presets.ts';
import { agentFields, globalFields, policyOf, wholeOf } from './resolved.ts';
import type { AgentPolicyInput, PolicyInput } from './schema.ts';
import type { Sections } from './sections.ts';

/** Policies as they are declared: for all agents by namespace, and by agent and namespace; `*` is every namespace. */
export interface PoliciesInput {
  readonly global?: Readonly<Record<string, PolicyInput>> | undefined;
  readonly agents?: Readonly<Record<string, Readonly<Record<string, AgentPolicyInput>>>> | undefined;
}

interface Table {
  readonly named: ReadonlyMap<string, Policy>;
  /** For all namespaces that nothing is said about. */
  readonly others: Policy;
}

/**
 * The policy of every namespace, for all and for each agent: presets, over them the global settings,
 * over them those of the agent. Settings are untrusted: a wrong one is refused alone.
 */
export class Policies {
  #global: Sections = new Map();
  #agents: ReadonlyMap<string, Sections> = new Map();
  readonly #tables = new Map<string | undefined, Table>();
  #report: PolicyReport = { problems: [], warnings: [] };

  constructor(input: PoliciesInput = {}) {
    this.update(input);
  }

  /** About the settings that were given last. */
  get report(): Readonly<PolicyReport> {
    return this.#report;
  }

  /**
   * Of a namespace, or of a part of one, as `tool:web_search` is. The same object until the next
   * update, after two look-ups; an agent without settings costs no memory.
   */
  resolve(namespace: string, agent?: string): Policy {
    const known = agent !== undefined && this.#agents.has(agent) ? agent : undefined;
    let table = this.#tables.get(known);
    if (!table) {
      table = this.#tabulate(known);
      this.#tables.set(known, table);
    }
    return table.named.get(namespace) ?? table.named.get(wholeOf(namespace)) ?? table.others;
  }

  /** Takes over all that is right; of what is wrong the last good value stays, field by field. */
  update(input: { readonly global?: unknown; readonly agents?: unknown }): Readonly<PolicyReport> {
    const report: PolicyReport = { problems: [], warnings: [] };
    this.#global = readGlobal(input.global ?? {}, this.#global, report);
    this.#agents = readAgents(input.agents ?? {}, this.#global, this.#agents, report);
    this.#tables.clear();
    this.#report = report;
    return report;
  }

  #tabulate(agent: string | undefined): Table {
    const own = agent === undefined ? undefined : this.#agents.get(agent);
    const policy = (name: string) =>
      policyOf(own ? agentFields(name, this.#global, own) : globalFields(name, this.#global));
    const names = new Set([...PRESETS.keys(), ...this.#global.keys(), ...(own?.keys() ?? [])]);
    names.delete('*');
    return { named: new Map([...names].map((name) => [name, policy(name)])), others: policy('*') };
  }
}
