import type { AnyAnalysis } from '../../src/analysis/runner.ts';
import type { FileId } from '../../src/freshness/context.ts';
import { contextOf, plainContext, type Questions } from './plain-context.ts';
import type { WorkTree } from './work-tree.ts';

type On = 'content' | 'kind' | 'names';

/** Which answers an ablated cache is given without recording them; `there`: whether something is. */
const UNRECORDED = {
  absence: (_on: On, there: boolean) => !there,
  content: (on: On, there: boolean) => on === 'content' && there,
  kind: (on: On) => on === 'kind',
  names: (on: On) => on === 'names',
} as const satisfies Record<string, (on: On, there: boolean) => boolean>;

/** One kind of dependency that is left out, to see that the replay would notice. */
export type Ablation = keyof typeof UNRECORDED;
export const ABLATIONS = Object.keys(UNRECORDED) as readonly Ablation[];

/** The same analysis, whose results rest on less than what it asked for. */
export function ablated(analysis: AnyAnalysis, ablation: Ablation, tree: () => WorkTree): AnyAnalysis {
  const passes: (on: On, there: boolean) => boolean = UNRECORDED[ablation];
  return {
    ...analysis,
    run(params, recording, ask) {
      const plain = plainContext(tree());
      const content = (file: FileId) => (passes('content', tree().kind(file) === 'file') ? plain : recording);
      const own: Partial<Questions> = {
        readFile: (file) => content(file).readFile(file),
        readUpTo: (file, most) => content(file).readUpTo(file, most),
        kind: (path) => (passes('kind', tree().kind(path) !== null) ? plain : recording).kind(path),
        list: (folder) =>
          (passes('names', tree().kind(folder) === 'folder') ? plain : recording).list(folder),
      };
      return analysis.run(params, contextOf(own, recording), ask);
    },
  };
}
