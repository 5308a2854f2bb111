import { RANGES, type Range } from '../../src/protocol.ts';
import { Choice } from '../choice.ts';
import { RANGE_NAMES } from '../names.ts';
import type { PageState } from '../page-state.ts';

/** Chooses the range of all charts over time; `name` as of a {@link Choice}. */
export function rangePicker(state: PageState, name: string): Choice<Range> {
  const options = RANGES.map((range) => ({ value: range, text: range, title: `Last ${RANGE_NAMES[range]}` }));
  const choice = new Choice(name, 'Time range', options, (range) => state.look({ range }));
  choice.show(state.view.range);
  return choice;
}
