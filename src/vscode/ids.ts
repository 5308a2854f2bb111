/** Every id that the manifest and the code share; a test holds the manifest against this file. */

export const EXTENSION = 'agent-cache-explorer';

export const COMMANDS = {
  openExplorer: 'agentCache.openExplorer',
  analyzeFile: 'agentCache.analyzeFile',
  invalidateKey: 'agentCache.invalidateKey',
  invalidateTag: 'agentCache.invalidateTag',
  invalidatePattern: 'agentCache.invalidatePattern',
  invalidateFile: 'agentCache.invalidateFile',
  invalidateMore: 'agentCache.invalidateMore',
  undo: 'agentCache.undo',
  clearLevel: 'agentCache.clearLevel',
  clearAll: 'agentCache.clearAll',
  connectShared: 'agentCache.connectShared',
  copyConnection: 'agentCache.copyConnection',
  exportSnapshot: 'agentCache.exportSnapshot',
  importSnapshot: 'agentCache.importSnapshot',
  exportStatistics: 'agentCache.exportStatistics',
  warm: 'agentCache.warm',
  cancelWarm: 'agentCache.cancelWarm',
  pauseWarming: 'agentCache.pauseWarming',
  resumeWarming: 'agentCache.resumeWarming',
  setAlertWebhook: 'agentCache.setAlertWebhook',
  setEmbeddingsKey: 'agentCache.setEmbeddingsKey',
  showStatistics: 'agentCache.showStatistics',
  diagnose: 'agentCache.diagnose',
  showWhy: 'agentCache.showWhy',
  showAnswers: 'agentCache.showAnswers',
  showProviderCache: 'agentCache.showProviderCache',
  showAgentDebugLogs: 'agentCache.showAgentDebugLogs',
  showLog: 'agentCache.showLog',
  /** On a node of a view; not in the palette. */
  invalidateNode: 'agentCache.invalidateNode',
} as const;

export const VIEWS = { tags: 'agentCache.tags', files: 'agentCache.files' } as const;

export const CONTEXTS = {
  /** A folder is open and its cache runs. */
  active: 'agentCache.active',
  /** The cache has entries. */
  hasEntries: 'agentCache.hasEntries',
  /** There is an invalidation that can be undone. */
  canUndo: 'agentCache.canUndo',
  warming: 'agentCache.warming',
  warmingPaused: 'agentCache.warmingPaused',
} as const;

export const PANEL = 'agentCache.explorer';

/** Where VS Code asks for MCP servers. */
export const MCP_PROVIDER = 'agentCache.mcp';
