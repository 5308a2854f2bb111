import * as vscode from 'vscode';
import { count, size } from '../present.ts';
import type { Session } from '../session.ts';

export async function clearLevel(session: Session): Promise<void> {
  const { workspace, persistent } = session.engine;
  const levels = persistent ? (['memory', 'file'] as const) : (['memory'] as const);
  const items = levels.map((level) => {
    const hit = workspace.preview({ level });
    return {
      level,
      label: level,
      description: `${count(hit.entries, 'entry')}, ${size(hit.bytes)}`,
      detail:
        level === 'memory'
          ? 'Entries on the file level stay'
          : 'Entries in memory stay until the window closes',
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Clear Level',
    placeHolder: 'Level to clear',
  });
  if (picked) await session.invalidate({ level: picked.level }, `The ${picked.level} level`);
}

export async function clearAll(session: Session): Promise<void> {
  await session.invalidate({ all: true }, 'Everything, on every level');
}
