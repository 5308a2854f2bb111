import path from 'node:path';
import type { TranscriptAgent } from '../../protocol/provider.ts';
import { ClaudeCodeReader } from './claude-code.ts';
import { ClineReader } from './cline.ts';
import { CodexReader } from './codex.ts';
import { CopilotChatReader } from './copilot-chat.ts';
import type { Place } from './find-files.ts';
import type { FollowedOptions } from './followed-file.ts';

/** The machine and the user whose transcripts are read. */
export interface Machine {
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The `User` folder of the VS Code that asks, beside those where VS Code has it by default. */
  readonly userFolder?: string | undefined;
}

export interface AgentPlace extends Place {
  readonly kind: FollowedOptions['kind'];
  /** For a file of this place. */
  readonly reader: (file: string) => ReturnType<FollowedOptions['reader']>;
}

const ANY = /^[^.]/;
const JSONL = /\.jsonl$/;
const ROLLOUT = /^rollout-.*\.jsonl$/;
const EDITORS = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor'];
const SERVERS = ['.vscode-server', '.vscode-server-insiders'];
const COPILOT = /^github\.copilot-chat$/i;
const CLINE = 'saoudrizwan.claude-dev';
const MESSAGES = /^(.+)\.messages\.json$/;

/** Where each agent keeps its transcripts; nothing is looked at. */
export const PLACES: Readonly<Record<TranscriptAgent, (machine: Machine) => AgentPlace[]>> = {
  'claude-code': (machine) =>
    claudeFolders(machine).map((folder) => {
      const pattern = [ANY, '**', JSONL] as const;
      return {
        folder: path.join(folder, 'projects'),
        pattern,
        kind: 'lines',
        reader: () => new ClaudeCodeReader(),
      };
    }),
  codex: ({ home, env }) => {
    const folder = own(env.CODEX_HOME, home) ?? path.join(home, '.codex');
    return ['sessions', 'archived_sessions'].map((name) => {
      const place = { folder: path.join(folder, name), pattern: ['**', ROLLOUT] as const };
      return { ...place, kind: 'lines', reader: (file) => new CodexReader(path.basename(file, '.jsonl')) };
    });
  },
  'copilot-chat': (machine) =>
    userFolders(machine).map((user) => ({
      folder: path.join(user, 'workspaceStorage'),
      pattern: [ANY, COPILOT, /^debug-logs$/, ANY, JSONL],
      kind: 'lines',
      reader: (file) => new CopilotChatReader(path.basename(path.dirname(file))),
    })),
  cline: (machine) => {
    const data = clineFolder(machine);
    const tasks = userFolders(machine).map((user) => path.join(user, 'globalStorage', CLINE, 'tasks'));
    const places: Place[] = [
      ...[...tasks, path.join(data, 'tasks')].map((folder) => ({
        folder,
        pattern: [ANY, /^ui_messages\.json$/],
      })),
      { folder: path.join(data, 'sessions'), pattern: [ANY, MESSAGES] },
    ];
    const reader = (file: string) => {
      const session = path.basename(path.dirname(file));
      const [, stem = session] = MESSAGES.exec(path.basename(file)) ?? [];
      return new ClineReader(session, stem === session ? undefined : stem);
    };
    return places.map((place) => ({ ...place, kind: 'document' as const, reader }));
  },
};

function claudeFolders({ home, env }: Machine): string[] {
  const given = (env.CLAUDE_CONFIG_DIR ?? '').split(',').flatMap((folder) => own(folder, home) ?? []);
  if (given.length > 0) return given;
  const config = own(env.XDG_CONFIG_HOME, home) ?? path.join(home, '.config');
  return [path.join(home, '.claude'), path.join(config, 'claude')];
}

function clineFolder({ home, env }: Machine): string {
  const folder = own(env.CLINE_DIR, home) ?? path.join(home, '.cline');
  return own(env.CLINE_DATA_DIR, home) ?? path.join(folder, 'data');
}

/** Of every VS Code that is usual, and of the one that asks. */
function userFolders({ home, platform, env, userFolder }: Machine): string[] {
  const config =
    platform === 'win32'
      ? (own(env.APPDATA, home) ?? path.join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : (own(env.XDG_CONFIG_HOME, home) ?? path.join(home, '.config'));
  return [
    ...new Set([
      ...(userFolder === undefined ? [] : [userFolder]),
      ...EDITORS.map((name) => path.join(config, name, 'User')),
      ...SERVERS.map((name) => path.join(home, name, 'data', 'User')),
    ]),
  ];
}

/** What a person chose in the environment: an absolute path, or one below the home folder. */
function own(value: string | undefined, home: string): string | undefined {
  const text = value?.trim() ?? '';
  const expanded = text === '~' || text.startsWith('~/') ? path.join(home, text.slice(1)) : text;
  return path.isAbsolute(expanded) ? expanded : undefined;
}
