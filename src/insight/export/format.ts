export const FORMATS = ['json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

export const WHAT = ['statistics', 'series', 'entries'] as const;
/** What is exported. */
export type What = (typeof WHAT)[number];

export const TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
};
