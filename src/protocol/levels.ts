export const LEVELS = ['memory', 'file', 'shared'] as const;
export type Level = (typeof LEVELS)[number];
