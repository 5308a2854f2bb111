import type { Engine } from '../../engine/engine.ts';

/** Calls back after the cache's content changed, at most every 500 ms, not for hits alone. */
export function onContentChange(engine: Engine, changed: () => void): { dispose(): void } {
  let seen = -1;
  let timer: NodeJS.Timeout | undefined;
  const listener = engine.onBeat(() => {
    if (timer || engine.recorder.revision === seen) return;
    timer = setTimeout(() => {
      timer = undefined;
      seen = engine.recorder.revision;
      changed();
    }, 500);
  });
  return {
    dispose() {
      clearTimeout(timer);
      listener.dispose();
    },
  };
}
