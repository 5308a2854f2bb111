import { Slices } from '../../cache/slices.ts';
import type { ProviderData, ProviderSource, TranscriptAgent } from '../../protocol/provider.ts';
import { AgentFiles, type AgentTold } from './agent-files.ts';
import { type Figures, figuresOf, type SavedByCache } from './figures.ts';
import { readingBuffer, type Tally } from './followed-file.ts';
import { TRANSCRIPT_LIMITS, type TranscriptLimits } from './limits.ts';
import { type Machine, PLACES } from './places.ts';

export interface Looked {
  readonly data: ProviderData;
  readonly tally: Readonly<Tally>;
}

/** What the agents' own transcripts on a machine tell of their providers' caches. Nothing is written. */
export class Transcripts {
  readonly #machine: Machine;
  readonly #files = new Map<TranscriptAgent, AgentFiles>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Reads what is new since the look before. Rejects when it is aborted. */
  async look(
    agents: readonly TranscriptAgent[],
    signal: AbortSignal,
    saved?: SavedByCache,
    limits: TranscriptLimits = TRANSCRIPT_LIMITS,
  ): Promise<Looked> {
    const tally = { bytes: 0, opened: 0, held: 0 };
    const reading = { buffer: readingBuffer(), slices: new Slices(), signal, tally };
    const told: AgentTold[] = [];
    const sources: ProviderSource[] = [];
    for (const agent of Object.keys(PLACES) as TranscriptAgent[]) {
      if (!agents.includes(agent)) {
        this.#files.delete(agent);
        sources.push({ agent, state: 'off', files: 0, skipped: 0 });
        continue;
      }
      const files = this.#files.get(agent) ?? new AgentFiles(agent, PLACES[agent](this.#machine));
      this.#files.set(agent, files);
      const one = await files.read(reading, limits);
      told.push(one);
      sources.push(hinted(one.source));
    }
    const figures = await figuresOf(told, saved, reading.slices);
    const rows = figures.rows.slice(0, limits.rows);
    const more = figures.rows.length - rows.length;
    const assumptions = assumptionsOf(told, figures, this.#machine);
    return { data: { state: 'ready', sources, rows, more, total: figures.total, assumptions }, tally };
  }
}

/** Where nothing is found though the agent may be in use. */
function hinted(source: ProviderSource): ProviderSource {
  if (source.agent !== 'copilot-chat' || source.state !== 'none') return source;
  const problem =
    'Copilot Chat tells tokens only in its debug logs: switch on github.copilot.chat.agentDebugLog.fileLogging.enabled.';
  return { ...source, problem };
}

const count = new Intl.NumberFormat('en-US');

function assumptionsOf(told: readonly AgentTold[], { rows }: Figures, { home }: Machine): string[] {
  const sum = (of: 'files' | 'requests') => told.reduce((all, { left }) => all + left[of], 0);
  const [files, requests] = [sum('files'), sum('requests')];
  const priced = rows.filter(({ savedUsd }) => savedUsd !== undefined).length;
  return [
    `Read from the folders of this user (${home}), where the extension host runs: agents on other machines are not seen.`,
    'The provider keeps the beginning of a prompt for 5 minutes or an hour; writes whose time is not told count as 5 minutes.',
    'What a transcript does not tell is unknown, and is in no figure.',
    ...(rows.length > priced
      ? [
          `Savings are by list prices, and known for ${count.format(priced)} of ${count.format(rows.length)} rows.`,
        ]
      : []),
    ...(files > 0 ? [`The oldest ${count.format(files)} files are not read: there are too many.`] : []),
    ...(requests > 0
      ? [`The oldest ${count.format(requests)} requests of very long files are left out.`]
      : []),
  ];
}
