import type { Limits } from '../../../cache/eviction/residents.ts';
import { advisedSize } from '../../miss-ratio/curve.ts';
import type { Shards } from '../../miss-ratio/shards.ts';
import type { Advice, Edit } from '../advice.ts';
import { bytesText, MEGABYTE, number, percent } from '../words.ts';

/** From here on a room counts as full: what comes in drives others out. */
const FULL = 0.9;

export interface Room {
  /** The namespace whose own it is; `''` for the common one. */
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
  readonly limits: Limits;
  /** Hit rate to reach, 0 to 1. */
  readonly target?: number | undefined;
  readonly shards: Shards;
}

/** A room of the memory level that is full, and whose reads would miss less in a larger one. */
export function sizeAdvice(room: Room, mostBytes: number): Advice[] {
  const { name, limits, target, shards } = room;
  const parts = { bytes: room.bytes / limits.bytes, entries: room.entries / limits.entries };
  const bound = parts.bytes >= parts.entries ? 'bytes' : 'entries';
  if (parts[bound] < FULL) return [];
  const now = limits[bound];
  const most = bound === 'bytes' ? mostBytes : Number.MAX_SAFE_INTEGER;
  const advised = advisedSize(shards, { bound, now, most, target });
  if (!advised) return [];
  const edit = bound === 'bytes' ? ofBytes(name, now, advised.size) : ofEntries(name, now, advised.size);
  const size = bound === 'bytes' ? bytesText(advised.size) : `${number(advised.size)} entries`;
  const whose = name === '' ? 'The memory level' : `The room of ${name}`;
  return [
    {
      id: `size:${name || 'memory'}`,
      kind: 'size',
      ...(name !== '' && { namespace: name }),
      title: `${whose} is too small: ${size} would pay`,
      text: `${whose} drives out values that are asked for again. Beyond ${size} little more would be gained.`,
      evidence: [
        `It is full: ${bytesText(room.bytes)} of ${bytesText(limits.bytes)}, ${number(room.entries)} of ${number(limits.entries)} entries.`,
        `Of ${number(shards.reads)} reads, ${percent(advised.missRatioNow)} would miss memory at the size it has and ${percent(advised.missRatio)} at the advised one, if the least recently used went first (from a sample of ${number(shards.sampled)} keys).`,
        ...(target === undefined ? [] : [`Its target is a hit rate of ${percent(target)}.`]),
      ],
      edit,
    },
  ];
}

function ofBytes(name: string, now: number, size: number): Edit {
  const megabytes = Math.ceil(size / MEGABYTE);
  if (name === '') {
    const text = `memory.maxMegabytes: ${number(now / MEGABYTE)} → ${number(megabytes)}`;
    return { setting: 'agentCache.memory.maxMegabytes', path: [], to: megabytes, text };
  }
  const text = `namespaces.${name}.size: ${bytesText(now)} → ${megabytes} MB`;
  return { setting: 'agentCache.namespaces', path: [name, 'size'], to: `${megabytes} MB`, text };
}

function ofEntries(name: string, now: number, size: number): Edit {
  const step = 10 ** Math.max(1, Math.floor(Math.log10(size)) - 1); // two digits that count
  const rounded = Math.ceil(size / step) * step;
  const change = `${number(now)} → ${number(rounded)}`;
  if (name === '') {
    const text = `memory.maxEntries: ${change}`;
    return { setting: 'agentCache.memory.maxEntries', path: [], to: rounded, text };
  }
  const text = `namespaces.${name}.entries: ${change}`;
  return { setting: 'agentCache.namespaces', path: [name, 'entries'], to: rounded, text };
}
