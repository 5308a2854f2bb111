/** One setting at a glance. */
export interface SettingRow {
  /** Whole, `agentCache.memory.maxEntries`. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly value: string;
  /** Whether it is other than the default. */
  readonly changed: boolean;
}

export interface SettingsData {
  readonly rows: readonly SettingRow[];
  readonly problems: readonly string[];
}
