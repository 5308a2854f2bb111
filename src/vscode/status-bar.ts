import * as vscode from 'vscode';
import type { Engine } from '../engine/engine.ts';
import { totals } from '../insight/snapshot.ts';
import type { WarmState } from '../protocol.ts';
import { COMMANDS } from './ids.ts';
import { count, duration, rate, size } from './present.ts';

const ICONS: Readonly<Record<WarmState['state'], string>> = {
  idle: '$(database)',
  running: '$(sync~spin)',
  paused: '$(debug-pause)',
};

function warmingLine(warm: WarmState): string[] {
  if (warm.state === 'idle') return [];
  const far = warm.total > 0 ? `: ${warm.done} of ${warm.total}` : '';
  return [`${warm.state === 'paused' ? 'Warming is paused' : 'Warming'}${far}`];
}

/** The hit rate, always in sight; a click opens the Cache Explorer. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#item = vscode.window.createStatusBarItem('agentCache.hitRate', vscode.StatusBarAlignment.Right, 90);
    this.#item.name = 'Agent Cache Hit Rate';
    this.#item.command = COMMANDS.openExplorer;
  }

  update(visible: boolean): void {
    if (!visible) {
      this.#item.hide();
      return;
    }
    const { memory, file, shared, misses, savedMs } = totals(this.#engine.workspace);
    const hits = memory + file + shared;
    const warm = this.#engine.warmer.state;
    const icon = ICONS[warm.state];
    const shown = rate(hits, misses);
    const text = `${icon} ${shown}`;
    if (this.#item.text !== text) this.#item.text = text;
    this.#item.accessibilityInformation = { label: `Agent Cache hit rate ${shown}` };
    this.#item.tooltip = [
      `Agent Cache: ${count(hits, 'hit')}, ${misses === 1 ? '1 miss' : `${misses.toLocaleString('en-US')} misses`}`,
      `${count(this.#engine.workspace.cache.size, 'entry')}, ${size(this.#engine.workspace.cache.memory.bytes)} in memory`,
      `${duration(savedMs)} not spent computing`,
      ...warmingLine(warm),
    ].join('\n');
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
