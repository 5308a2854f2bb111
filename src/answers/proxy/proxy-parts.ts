import type { RequestInput } from '../../cache/policy/narrow.ts';
import type { Level } from '../../cache/policy/policy.ts';
import type { Declared } from '../../freshness/leases/declared.ts';
import type { WorkspaceCache } from '../../freshness/workspace-cache.ts';
import type { Match, Matcher } from '../matching.ts';
import type { Provider, Usage } from '../usage.ts';
import type { Fetch } from './upstream.ts';

/** Where questions go, and what is kept of the answers. */
export interface ProxySettings {
  /** Base addresses; the door of a provider without one is closed. */
  readonly upstreams: Readonly<Partial<Record<Provider, string>>>;
  /** Whether clients with different credentials never share an answer. */
  readonly perCredential: boolean;
  readonly mostRequestBytes: number;
  /** Of an answer that is kept; a larger one passes through. */
  readonly mostAnswerBytes: number;
  /** Questions that are recorded side by side; those beyond pass through. */
  readonly mostAtOnce: number;
  /** How long the provider may go on once every client has left, ms. */
  readonly lingerMs: number;
}

/** A request at a door. */
export interface Incoming {
  readonly provider: Provider;
  readonly method: string;
  /** Below the door, with the query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
  /** As of every request to the cache. */
  readonly request?: RequestInput;
}

/** How a request was answered, for whoever counts. */
export interface AnswerEvent {
  readonly at: number;
  readonly key: string;
  readonly agent: string;
  readonly model: string;
  readonly status: 'hit' | 'similar' | 'miss' | 'joined' | 'bypassed' | 'failed';
  /** The last text of the user, as it came. */
  readonly text: string | undefined;
  readonly reason: string | undefined;
  /** Until the answer was there. */
  readonly ms: number;
  readonly usage: Usage | undefined;
  /** Of a hit: where it came from, and what asking took. */
  readonly level: Level | undefined;
  readonly costMs: number | undefined;
  readonly match: Match | undefined;
}

/** An entry or a note that an agent was told of. */
export interface Told {
  /** For people. */
  readonly name: string;
  readonly dependsOn: readonly Declared[];
  /** Whether it is as it was told; to be asked once it is among what the answer rests on. */
  readonly isCurrent: () => boolean | Promise<boolean>;
}

export interface ProxyParts {
  readonly workspace: WorkspaceCache;
  /** Asked at every request. */
  readonly settings: () => ProxySettings;
  readonly matcher: Matcher;
  readonly fetch: Fetch;
  readonly answered: (event: AnswerEvent) => void;
  /** Why the key was missed last, in words. */
  readonly missOf: (key: string) => string | undefined;
  /** What the cache's own tools have told the agent lately. */
  readonly told: (agent: string) => readonly Told[];
  readonly now: () => number;
}
