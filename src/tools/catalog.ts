import { outlineTool } from './outline.ts';
import type { AnyTool } from './tool.ts';

/** Every tool, in the order in which they are listed. */
export const TOOLS: readonly AnyTool[] = [outlineTool];
