import { readFileSync } from 'node:fs';
import type { Contestant, Library } from './library.ts';
import { ours } from './ours.ts';
import { peers } from './peers.ts';

/** Operations that the fastest does in one round. */
const MOST = 2_000_000;

export interface Rival {
  readonly name: string;
  /** In one round, so that all take about the same time. */
  readonly operations: number;
  readonly library: Library;
}

export const CONTESTANTS: readonly Contestant[] = [...ours, ...peers];

export function openAll(capacity: number): Rival[] {
  return CONTESTANTS.map(({ name, part, open }) => ({
    name,
    operations: Math.round(MOST * part),
    library: open(capacity),
  }));
}

/** The libraries with the versions that are installed. */
export function versions(): string[] {
  const packages = new Set(CONTESTANTS.flatMap((contestant) => contestant.package ?? []));
  return [...packages].map((id) => {
    const { version } = JSON.parse(readFileSync(`node_modules/${id}/package.json`, 'utf8'));
    return `${id} ${version}`;
  });
}
