import { timelines } from './timelines.ts';

timelines('memory only', 1300, undefined);
