export declare function settingsDocs(manifest: unknown): string;
