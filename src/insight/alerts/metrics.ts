import { LEVELS } from '../../cache/policy/policy.ts';
import { MISS_REASONS, type MissReasonName } from '../../protocol/misses.ts';

export const METRICS = [
  'hitRate',
  'memory',
  'disk',
  'errors',
  'failing',
  'latency',
  'evictions',
  'misses',
] as const;
export type Metric = (typeof METRICS)[number];

export const NARROWED = ['namespace', 'level', 'reason'] as const;
/** What a metric can be narrowed to. */
export type Narrowing = (typeof NARROWED)[number];

/** What a metric is measured in: `part` is from 0 to 1. */
export type Unit = 'part' | 'count' | 'perMinute' | 'ms';

interface Shape {
  readonly unit: Unit;
  readonly by?: Narrowing;
  /** For people, in the middle of a sentence. */
  readonly title: string;
}

export const SHAPES: Readonly<Record<Metric, Shape>> = {
  hitRate: { unit: 'part', by: 'namespace', title: 'the hit rate' },
  memory: { unit: 'part', title: 'memory in use' },
  disk: { unit: 'part', title: 'room in use on the file level' },
  errors: { unit: 'count', by: 'level', title: 'errors' },
  failing: { unit: 'count', by: 'level', title: 'failing levels' },
  latency: { unit: 'ms', title: 'the 99th percentile of computing' },
  evictions: { unit: 'perMinute', title: 'evictions from memory' },
  misses: { unit: 'perMinute', by: 'reason', title: 'misses' },
};

interface Asks {
  readonly hits: number;
  readonly misses: number;
}

/** What is watched, at one moment. Counters only grow, and count since the process started. */
export interface Figures {
  readonly asks: Asks;
  /** By name; counters. */
  readonly namespaces: ReadonlyMap<string, Asks>;
  /** Parts from 0 to 1: of the heap's limit, and of the file level's; undefined where there is none. */
  readonly memory: number;
  readonly disk: number | undefined;
  /** Counters. */
  readonly errors: Readonly<Record<(typeof LEVELS)[number], number>>;
  /** Levels that do not work now. */
  readonly failing: ReadonlySet<string>;
  /** The 99th percentile of the last computations, ms; undefined before the first. */
  readonly latency: number | undefined;
  /** Counters. */
  readonly evictions: number;
  readonly missReasons: Readonly<Partial<Record<MissReasonName, number>>>;
}

/** The few numbers of a sample that one rule needs: a counter with its total, or a gauge. */
export type Reading =
  | { readonly kind: 'gauge'; readonly value: number | undefined }
  /** `part` of `whole`, both counters. */
  | { readonly kind: 'rate'; readonly part: number; readonly whole: number }
  | { readonly kind: 'counter'; readonly count: number };

/** What a rule about this metric looks at. */
export function read(metric: Metric, narrowedTo: string | undefined, figures: Figures): Reading {
  switch (metric) {
    case 'hitRate': {
      const { hits, misses } =
        narrowedTo === undefined ? figures.asks : (figures.namespaces.get(narrowedTo) ?? NONE);
      return { kind: 'rate', part: hits, whole: hits + misses };
    }
    case 'memory':
    case 'disk':
    case 'latency':
      return { kind: 'gauge', value: figures[metric] };
    case 'failing': {
      const { failing } = figures;
      const value = narrowedTo === undefined ? failing.size : Number(failing.has(narrowedTo));
      return { kind: 'gauge', value };
    }
    case 'errors': {
      const levels = LEVELS.filter((level) => narrowedTo === undefined || level === narrowedTo);
      return { kind: 'counter', count: sum(levels.map((level) => figures.errors[level])) };
    }
    case 'evictions':
      return { kind: 'counter', count: figures.evictions };
    case 'misses': {
      const reasons = MISS_REASONS.filter((reason) => narrowedTo === undefined || reason === narrowedTo);
      return { kind: 'counter', count: sum(reasons.map((reason) => figures.missReasons[reason] ?? 0)) };
    }
  }
}

const NONE: Asks = { hits: 0, misses: 0 };

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
