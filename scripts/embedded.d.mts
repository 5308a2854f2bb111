export declare const EMBEDDED_VERSION: string;
export declare const QUIET_SETTINGS: Readonly<Record<string, unknown>>;

export interface Profile {
  readonly root: string;
  readonly userData: string;
  readonly extensions: string;
  readonly version?: string;
}

export interface Embedded {
  /** The workbench with the folder open. */
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<unknown>;
  /** Ends it and all that it started. */
  stop(): Promise<void>;
  /** The last of what it printed. */
  output(): string;
}

export declare function embeddedFolder(root: string, version?: string): string;
export declare function installEmbedded(root: string, version?: string): Promise<void>;
export declare function installExtension(profile: Profile, vsix: string): Promise<void>;
export declare function startEmbedded(
  profile: Profile,
  options: { port: number; folder: string; env?: Record<string, string> },
): Promise<Embedded>;
export declare function freePort(port: number): Promise<number | undefined>;
