import type { Asked } from '../asked.ts';
import { Histogram } from './histogram.ts';
import { Labelled } from './labelled.ts';

const MOST_NAMESPACES = 32;
const MOST_AGENTS = 32;
const MOST_TOOLS = 64;

/** What stands for an agent that nobody named, and for a plain read of a key. */
const UNNAMED = 'unnamed';
const READ = 'read';

/** How long answers took, by where they came from and who asked what; bounded. */
export class Latencies {
  /** By level; `computed`, and `none` for a read of what is not there. */
  readonly levels = new Labelled(newHistogram, 5);
  readonly namespaces = new Labelled(newHistogram, MOST_NAMESPACES);
  readonly agents = new Labelled(newHistogram, MOST_AGENTS);
  readonly tools = new Labelled(newHistogram, MOST_TOOLS);

  add({ namespace, agent, tool, hit, level, ms }: Asked): void {
    const otherwise = tool === undefined ? 'none' : 'computed';
    this.levels.of(hit ? (level ?? 'memory') : otherwise).add(ms);
    this.namespaces.of(namespace).add(ms);
    this.agents.of(agent ?? UNNAMED).add(ms);
    this.tools.of(tool ?? READ).add(ms);
  }
}

export function newHistogram(): Histogram {
  return new Histogram();
}
