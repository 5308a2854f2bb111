import type { AnyTool } from '../src/tools/tool.ts';

export declare function withTools<M>(manifest: M, tools: readonly AnyTool[]): M;
