import { version } from '../../package.json';

/** What the server calls itself, to agents and in its document. */
export const IDENTITY = { name: 'agent-cache-explorer', title: 'Agent Cache Explorer', version } as const;
