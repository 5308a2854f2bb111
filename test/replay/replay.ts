import { join } from 'node:path';
import { languageOf } from '../../src/analysis/languages.ts';
import type { FileId } from '../../src/freshness/context.ts';
import { workspaceFiles } from '../../src/warming/workspace-files.ts';
import type { Ablation } from './ablation.ts';
import { bundleInto } from './bundle.ts';
import { Fresh, RememberingParser } from './fresh.ts';
import { type Choice, type Commit, History } from './history.ts';
import { shuffled } from './random.ts';
import { FILTER, MAX_FILE_BYTES, Subject } from './subject.ts';
import type { Tally } from './tally.ts';
import { Watched } from './watched.ts';
import { WorkTree } from './work-tree.ts';

export interface ReplayOptions extends Choice {
  /** Path of a git repository, which is only read, or a URL to clone. */
  readonly repository: string;
  /** An empty folder for everything; the caller removes it. */
  readonly folder: string;
  /** Names of analyses; all when absent. */
  readonly analyses?: readonly string[];
  /** Caches beside the complete one, each with one kind of dependency left out. */
  readonly ablations: readonly Ablation[];
  readonly order: 'forward' | 'there-and-back';
  /** The caches are closed and opened again after each so many-th commit; 0 is never. */
  readonly restartEvery: number;
  /** Gives the order of the questions. */
  readonly seed: number;
  readonly progress?: (step: Progress) => void;
}

export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly commit: Commit;
  readonly tallies: readonly Tally[];
}

export interface Replay {
  /** Check-outs, there and back. */
  readonly steps: number;
  readonly first: Commit;
  readonly last: Commit;
  /** Files asked for after the last check-out, and over all. */
  readonly files: number;
  readonly allFiles: number;
  /** What the fresh answers took, and what their remembered parses would have. */
  readonly freshMs: number;
  readonly parsesMs: number;
  /** The complete cache, then the ablated ones. */
  readonly tallies: readonly Tally[];
}

/**
 * Checks out one commit after the other; after each asks every analysis of every file, and of every
 * file that has just gone, compares the answers with fresh ones, and what was recomputed with what
 * the oracle says. Rejects with what git says, and when no commit is among those asked for.
 */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const { folder, ablations, seed, restartEvery, progress } = options;
  const history = await History.clone(options.repository, folder);
  const { root } = history;
  const commits = inOrder(await history.commits(options), options.order);
  if (commits.length === 0) throw new Error('No commit is among those asked for.');
  const bundle = join(folder, 'bundle');
  await bundleInto(bundle);
  const parser = new RememberingParser({
    worker: join(bundle, 'parse-worker.js'),
    grammars: join(bundle, 'grammars'),
  });
  const fresh = new Fresh(parser, MAX_FILE_BYTES);
  const names = options.analyses ?? fresh.names;
  const unknown = names.find((name) => !fresh.names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no analysis "${unknown}".`);
  const watched: Watched[] = [];
  const allFiles = new Set<FileId>();
  let tree = new WorkTree(root);
  let files: readonly FileId[] = [];
  try {
    for (const ablation of [undefined, ...ablations]) {
      const storage = join(folder, `storage-${ablation ?? 'complete'}`);
      const more = ablation && { ablation };
      watched.push(
        new Watched(await Subject.open({ root, storage, bundle, parser, tree: () => tree, ...more })),
      );
    }
    for (const [i, commit] of commits.entries()) {
      const before = files;
      await history.checkOut(commit);
      tree = new WorkTree(root);
      files = await filesOf(root);
      for (const file of files) allFiles.add(file);
      const asked = shuffled([...new Set([...before, ...files])], seed + i);
      const questions = asked.flatMap((path) => names.map((analysis) => ({ analysis, path })));
      if (restartEvery > 0 && i > 0 && i % restartEvery === 0)
        for (const { subject } of watched) await subject.restart();
      for (const one of watched) await one.ask(questions);
      const truths = await fresh.answers(questions, tree);
      for (const one of watched) one.judge(truths, commit, tree);
      progress?.({ done: i + 1, of: commits.length, commit, tallies: watched.map(({ tally }) => tally) });
    }
  } finally {
    await parser.close();
    for (const { subject } of watched) await subject.close();
  }
  return {
    steps: commits.length,
    first: commits[0] as Commit,
    last: commits.at(-1) as Commit,
    files: files.length,
    allFiles: allFiles.size,
    freshMs: fresh.ms,
    parsesMs: fresh.parsesMs,
    tallies: watched.map(({ tally }) => tally),
  };
}

async function filesOf(root: string): Promise<FileId[]> {
  const wanted = (name: string) => languageOf(name) !== undefined;
  const files: FileId[] = [];
  for await (const file of workspaceFiles(root, { ...FILTER, wanted }, new AbortController().signal))
    files.push(file);
  return files;
}

function inOrder(commits: readonly Commit[], order: ReplayOptions['order']): readonly Commit[] {
  return order === 'forward' ? commits : [...commits, ...commits.slice(0, -1).toReversed()];
}
