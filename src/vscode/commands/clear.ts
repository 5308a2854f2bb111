import * as vscode from 'vscode';
import { LEVELS, type Level } from '../../cache/policy/policy.ts';
import { count, size } from '../present.ts';
import type { Session } from '../session.ts';

const STAYS: Readonly<Record<Level, string>> = {
  memory: 'Entries on the levels below stay',
  file: 'Entries in memory stay until the window closes',
  shared: 'For everybody who shares it; entries on the levels above stay',
};

export async function clearLevel(session: Session): Promise<void> {
  const { workspace, persistent, shared } = session.engine;
  const there = { memory: true, file: persistent, shared: shared !== undefined };
  const items = await Promise.all(
    LEVELS.filter((level) => there[level]).map(async (level) => {
      const hit = await workspace.preview({ level });
      return {
        level,
        label: level,
        description: `${count(hit.entries, 'entry')}, ${size(hit.bytes)}`,
        detail: STAYS[level],
      };
    }),
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Clear Level',
    placeHolder: 'Level to clear',
  });
  if (picked) await session.invalidate({ level: picked.level }, `The ${picked.level} level`);
}

export async function clearAll(session: Session): Promise<void> {
  await session.invalidate({ all: true }, 'Everything, on every level');
}
