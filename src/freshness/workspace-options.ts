import type { ComputeOptions, RequestOptions } from '../cache/asking.ts';
import type { Cost } from '../cache/entry.ts';
import type { FileLevel } from '../cache/file-level.ts';
import type { Observer } from '../cache/guard.ts';
import type { MemoryLimits } from '../cache/memory-level.ts';
import type { Namespaces } from '../cache/namespace.ts';
import type { RequestInput } from '../cache/policy/narrow.ts';
import type { SharedLevel } from '../cache/shared/shared-level.ts';
import type { StoringOptions } from '../cache/storing.ts';
import type { Disk } from './disk.ts';
import type { Recipe } from './entries/recipes.ts';
import type { FactSources } from './facts.ts';
import type { GenerationStore } from './generation-store.ts';
import type { Bump } from './generations.ts';
import type { Instances } from './instances/instances.ts';
import type { ChangeReport } from './invalidator.ts';
import type { Declared } from './leases/declared.ts';
import type { LeaseLimits, Leases } from './leases/leases.ts';
import type { Stamp } from './stamp.ts';
import type { UndoLimits } from './undo/undo-log.ts';
import type { UndoStore } from './undo/undo-store.ts';

export interface WorkspaceLimits {
  readonly undo?: UndoLimits;
  readonly leases?: LeaseLimits;
  /** Of one entry. */
  readonly dependencies?: number;
}

export interface WorkspaceCacheOptions extends StoringOptions {
  readonly disk: Disk;
  readonly file?: FileLevel;
  readonly shared?: SharedLevel;
  /** Writes an invalidation down before it is acknowledged. */
  readonly saveBump?: (bump: Bump) => Promise<void>;
  /** Where invalidations are remembered that can be undone; absent, that ends with the process. */
  readonly undo?: { readonly log: UndoStore; readonly generations: Pick<GenerationStore, 'revoke'> };
  /** The other processes on the file level, and how to take over all invalidations that they have written down. */
  readonly instances?: Instances;
  readonly reload?: () => Promise<void>;
  /** What computations can ask for beside files; the process's environment and no settings when absent. */
  readonly facts?: FactSources;
  /** How entries are computed whose keys speak for themselves: so that those above them can be verified after a restart. */
  readonly recipe?: (key: string) => Recipe | undefined;
  /** Asked each time; those that are left out have their defaults. */
  readonly limits?: () => WorkspaceLimits;
  readonly namespaces?: Namespaces;
  readonly memory?: MemoryLimits;
  readonly now?: () => number;
  readonly observer: Observer<Stamp>;
  /** Called after a change of files made entries invalid. */
  readonly onChange?: (report: ChangeReport) => void;
}

export interface AskOptions extends RequestOptions {
  /** Hierarchical, see `Generations`. */
  readonly tags?: readonly string[];
  /** What the request asks for itself: no cache, a shorter lifetime, fewer levels, more tags. Untrusted. */
  readonly request?: RequestInput;
  /** Who asks: its own settings apply, and the entry carries the tag `agent:NAME`. */
  readonly agent?: string;
}

export type GetOptions = ComputeOptions & AskOptions;

export interface SetOptions extends AskOptions {
  readonly cost?: Cost;
}

export interface PutOptions extends SetOptions {
  /** What the value rests on. */
  readonly dependsOn?: readonly Declared[];
  /** Under which its inputs were looked at, see {@link Leases}. */
  readonly lease?: string;
}
