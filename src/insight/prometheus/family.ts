import type { Family, Sample } from './text-format.ts';

type Make = (name: string, help: string, samples: Iterable<Sample>) => Family;

const made =
  (type: Family['type']): Make =>
  (name, help, samples) => ({ name: `agent_cache_${name}`, help, type, samples });
export const counter = made('counter');
export const gauge = made('gauge');
export const histogram = made('histogram');
