import { unclosedDatabaseIn } from '../support/database.ts';
import { timelines } from './timelines.ts';

timelines('sqlite', 450, (storage) => unclosedDatabaseIn(storage));
