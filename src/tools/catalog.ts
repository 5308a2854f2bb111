import { definitionTool } from './definition.ts';
import { dependentsTool } from './dependents.ts';
import { diagnosticsTool } from './diagnostics.ts';
import { forgetTool } from './forget.ts';
import { impactTool } from './impact.ts';
import { importsTool } from './imports.ts';
import { invalidateTool } from './invalidate.ts';
import { lookupTool } from './lookup.ts';
import { outlineTool } from './outline.ts';
import { recallTool } from './recall.ts';
import { referencesTool } from './references.ts';
import { rememberTool } from './remember.ts';
import { repoMapTool } from './repo-map.ts';
import { searchTool } from './search.ts';
import { sessionAppendTool } from './session-append.ts';
import { sessionOpenTool } from './session-open.ts';
import { sessionReadTool } from './session-read.ts';
import { statisticsTool } from './statistics.ts';
import { storeTool } from './store.ts';
import { symbolsTool } from './symbols.ts';
import { tokensTool } from './tokens.ts';
import type { AnyTool } from './tool.ts';
import { undoTool } from './undo.ts';
import { warmTool } from './warm.ts';

/** Every tool, in the order in which they are listed: from the overview to the detail, then what is kept. */
export const TOOLS: readonly AnyTool[] = [
  repoMapTool,
  outlineTool,
  symbolsTool,
  definitionTool,
  referencesTool,
  importsTool,
  dependentsTool,
  impactTool,
  searchTool,
  tokensTool,
  diagnosticsTool,
  rememberTool,
  recallTool,
  forgetTool,
  sessionOpenTool,
  sessionAppendTool,
  sessionReadTool,
  lookupTool,
  storeTool,
  invalidateTool,
  undoTool,
  statisticsTool,
  warmTool,
];
