/** What the sections are called, in the order of the tabs. */
import { SECTIONS, type Section } from '../../src/protocol.ts';

export const SECTION_NAMES: Readonly<Record<Section, string>> = {
  overview: 'Overview',
  entries: 'Entries',
  tags: 'Tags',
  files: 'Files',
  misses: 'Misses',
  answers: 'Model Answers',
  provider: 'Provider Cache',
  savings: 'Savings',
  advice: 'Advice',
  activity: 'Activity',
  settings: 'Settings',
};

/** The section that a key leads to from another one, after the WAI-ARIA tabs pattern. */
export function sectionByKey(section: Section, key: string): Section | undefined {
  const { length } = SECTIONS;
  const index = SECTIONS.indexOf(section);
  switch (key) {
    case 'ArrowRight':
      return SECTIONS[(index + 1) % length];
    case 'ArrowLeft':
      return SECTIONS[(index - 1 + length) % length];
    case 'Home':
      return SECTIONS[0];
    case 'End':
      return SECTIONS[length - 1];
    default:
      return undefined;
  }
}
