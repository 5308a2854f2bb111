import * as vscode from 'vscode';
import type { Engine } from '../engine/engine.ts';
import { CONTEXTS } from './ids.ts';

/** Tells VS Code whether warming is under way, and whether it is paused, for what its menus offer. */
export function followWarming(engine: Engine): vscode.Disposable {
  const known = new Map<string, boolean>();
  const tell = (context: string, value: boolean) => {
    if (known.get(context) === value) return;
    known.set(context, value);
    void vscode.commands.executeCommand('setContext', context, value);
  };
  const update = () => {
    tell(CONTEXTS.warming, engine.warmer.busy);
    tell(CONTEXTS.warmingPaused, engine.warmer.paused);
  };
  update();
  return engine.onBeat(update);
}
