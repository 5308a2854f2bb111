import type { ProxySettings } from '../answers/proxy/proxy-parts.ts';
import type { EmbeddingsSettings } from '../answers/semantic/embedding/embeddings-client.ts';
import type { TranscriptLimits } from '../answers/transcripts/limits.ts';
import type { Machine } from '../answers/transcripts/places.ts';
import type { MemoryLimits } from '../cache/memory-level.ts';
import type { Policies } from '../cache/policy/scopes.ts';
import type { PressureSettings } from '../cache/pressure.ts';
import type { SharedOptions } from '../cache/shared/load.ts';
import type { StoreKind } from '../cache/stores/open.ts';
import type { WorkspaceLimits } from '../freshness/workspace-options.ts';
import type { SettingsWriter } from '../insight/advice/advice-desk.ts';
import type { KeptMutes } from '../insight/alerts/mutes.ts';
import type { AlertRule } from '../insight/alerts/rule.ts';
import type { Limits as NoteLimits } from '../notes/limits.ts';
import type { TranscriptAgent } from '../protocol/provider.ts';
import type { WarmSettings } from '../warming/settings.ts';
import type { FileFilter } from '../warming/workspace-files.ts';

export interface EngineOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Folder for the file level; created when missing. */
  readonly storage: string;
  readonly store: StoreKind | 'off';
  readonly policies: Policies;
  /** Asked each time; the sizes of the levels after a change of settings, see {@link Engine.reconfigure}. */
  readonly limits: () => EngineLimits;
  /** The shared level; absent, there is none. */
  readonly shared?: SharedOptions;
  /** Folder with the bundled workers and grammars. */
  readonly bundle: string;
  readonly filter: () => Omit<FileFilter, 'wanted'>;
  readonly refreshAfterChange: () => boolean;
  /** What is warmed, when, and how fast; the defaults unless given. */
  readonly warm?: () => WarmSettings;
  /** What is told of, and to whom; nothing unless given. */
  readonly alerts?: AlertOptions;
  /** Which questions to models are taken; asked at every one; none unless given. */
  readonly proxy?: () => ProxySettings;
  /** A model that embeds, for the strategy `semantic`; absent, only near-duplicates match. */
  readonly embeddings?: EmbeddingsOptions;
  /** Which agents' own transcripts are read; none unless given. */
  readonly transcripts?: TranscriptOptions;
  /** What gives hints of changed files; absent when nothing does. */
  readonly watcher?: {
    /** Whether it is to tell of changes of this path. */
    watches(path: string): boolean;
    /** It missed changes: it is to be replaced. */
    recreate(): void;
  };
  /** Between two checks of whether it told of everything, ms; 0 for none; 30,000 unless given. */
  readonly watchCheckMs?: () => number;
  /** Paths whose fingerprints are kept for the next session, at the most; 500,000 unless given. */
  readonly mostFingerprints?: number;
  /** The value of a setting, for computations that ask for it; undefined when there is none. */
  readonly setting?: (id: string) => unknown;
  /** Where advice is followed; absent, it only says what to set. */
  readonly settings?: SettingsWriter;
  readonly report: (where: string, error: Error) => void;
  /** Hears what the person should know, though nothing has failed. */
  readonly warn: (text: string) => void;
}

export interface TranscriptOptions {
  /** None while no person has agreed; asked each time. */
  readonly agents: () => readonly TranscriptAgent[];
  /** Other than this process's user has it. */
  readonly machine?: Partial<Machine>;
}

export interface AlertOptions {
  readonly rules: () => readonly AlertRule[];
  /** Where mutes outlive the process; absent, they end with it. */
  readonly mutes?: KeptMutes;
  /** Where the action `webhook` sends to; undefined when there is none. A secret. */
  readonly webhook: () => Promise<string | undefined>;
  /** The action `log`. */
  readonly log: (text: string) => void;
  /** The action `notification`, where there is somebody to be told. */
  readonly notify?: (text: string, rule: string) => void;
}

export interface EmbeddingsOptions {
  /** Asked each time; undefined, there is none. */
  readonly service: () => EmbeddingsSettings | undefined;
  /** A secret; undefined when there is none. */
  readonly key: () => Promise<string | undefined>;
}

/** What is left out has its default. */
export interface EngineLimits extends WorkspaceLimits {
  readonly memory: MemoryLimits;
  readonly pressure: PressureSettings;
  readonly notes?: NoteLimits;
  /** Questions that semantic matching finds; 10,000 unless given. */
  readonly questions?: number;
  readonly transcripts?: TranscriptLimits;
  readonly file: {
    readonly maxBytes: number;
    /** Between two rounds of cleaning up, ms. */
    readonly cleanupMs: number;
    /** How long a value of a write-back namespace may be in memory only, ms. */
    readonly writeBackMs: number;
  };
}
