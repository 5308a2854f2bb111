import { join } from 'node:path';
import { FileKnowledge } from '../freshness/fingerprint-index/file-knowledge.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { Recorder } from '../insight/recorder.ts';
import type { EngineOptions } from './options.ts';
import { whole } from './texts.ts';

/** What is known of the files; `workspace` is asked for once the watcher is found to miss changes. */
export function openFiles(
  { root, bundle, storage, mostFingerprints, watcher, watchCheckMs }: EngineOptions,
  persistent: boolean,
  recorder: Recorder<Stamp>,
  workspace: () => WorkspaceCache,
): FileKnowledge {
  const deaf = (missed: number, first: boolean) => {
    workspace().watcher.asleep();
    if (first) {
      const what = missed === 1 ? 'a change' : `${whole.format(missed)} changes`;
      recorder.problem('watcher', new Error(`The file watcher missed ${what}; it is started anew.`));
    }
    watcher?.recreate();
  };
  return new FileKnowledge({
    root,
    worker: join(bundle, 'fingerprint-worker.js'),
    ...(persistent && { storage }),
    mostPaths: mostFingerprints,
    watcher: watcher && { watches: (path) => watcher.watches(path), deaf },
    everyMs: watchCheckMs,
    problem: (error) => recorder.problem('fingerprints', error),
  });
}
