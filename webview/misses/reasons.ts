/** What each reason of a miss means, what a person can do about it, and how it is drawn. */
import type { MissReasonName } from '../../src/protocol/misses.ts';
import type { Section } from '../../src/protocol.ts';
import type { Hue, Pattern } from '../chart/figure-data.ts';

interface Reason {
  readonly name: string;
  readonly means: string;
  readonly remedy: string;
  /** Where to do it. */
  readonly link?: { readonly text: string } & ({ readonly section: Section } | { readonly setting: string });
  readonly hue: Hue;
  readonly pattern: Pattern;
}

export const REASONS: Readonly<Record<MissReasonName, Reason>> = {
  'never-cached': {
    name: 'Never cached',
    means: 'Asked for the first time, or so long after it went that nothing is known of it.',
    remedy: 'Warming computes answers ahead of the first ask.',
    hue: 'blue',
    pattern: 'solid',
  },
  changed: {
    name: 'Input changed',
    means: 'A file or another input that the entry rests on is not as it was.',
    remedy: 'Nothing to mend: this keeps answers true. Which files cost most when they change:',
    link: { text: 'Files', section: 'files' },
    hue: 'yellow',
    pattern: 'hatch',
  },
  invalidated: {
    name: 'Invalidated',
    means: 'Taken out of reach on purpose, by a person, an agent or a rule.',
    remedy: 'Who did it, and how to take it back:',
    link: { text: 'Activity', section: 'activity' },
    hue: 'purple',
    pattern: 'dots',
  },
  expired: {
    name: 'Expired',
    means: 'Older than the time to live of its namespace.',
    remedy: 'Where answers stay true for longer, lengthen it:',
    link: { text: 'Policies of namespaces', setting: 'agentCache.namespaces' },
    hue: 'green',
    pattern: 'rows',
  },
  evicted: {
    name: 'Evicted',
    means: 'Gave way to other entries because its room was full.',
    remedy: 'How much more room would pay off:',
    link: { text: 'Advice', section: 'advice' },
    hue: 'foreground',
    pattern: 'backhatch',
  },
  version: {
    name: 'Other version',
    means: 'Stored by another version of the analysis or of the record format.',
    remedy: 'Nothing to mend: the first ask after an update computes again.',
    hue: 'quiet',
    pattern: 'grid',
  },
  failed: {
    name: 'Level failed',
    means: 'The level that may have had the entry did not answer.',
    remedy: 'What is wrong with it:',
    link: { text: 'Levels', section: 'overview' },
    hue: 'red',
    pattern: 'columns',
  },
  bypassed: {
    name: 'Bypassed',
    means: 'A setting or the request itself switched the cache off.',
    remedy: 'If that is not meant to be:',
    link: { text: 'Settings', section: 'settings' },
    hue: 'quiet',
    pattern: 'empty',
  },
};
