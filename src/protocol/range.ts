export const RANGES = ['5m', '1h', '24h', '30d'] as const;
/** The stretch of time that a chart covers. */
export type Range = (typeof RANGES)[number];
