import { type Extraction, quoted } from './extraction.ts';

export const goExtraction: Extraction = {
  query: '(import_spec path: (_) @import)',
  read: { import: quoted('import') },
};
