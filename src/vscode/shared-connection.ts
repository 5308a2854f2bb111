import { basename } from 'node:path';
import type * as vscode from 'vscode';
import type { SharedStoreOptions } from '../cache/shared/connection.ts';
import type { SharedOptions } from '../cache/shared/load.ts';
import { projectName } from '../cache/shared/project-name.ts';
import type { Settings } from './settings.ts';

/** Where SecretStorage keeps the password of the shared level. */
export const PASSWORD = 'agentCache.shared.password';

const DAY = 86_400_000;

/** The shared level that the settings name; undefined when they name none. */
export async function sharedOptions(
  settings: Settings,
  folder: vscode.Uri,
  secrets: Pick<vscode.SecretStorage, 'get'>,
): Promise<SharedOptions | undefined> {
  if (settings['shared.kind'] === 'off') return undefined;
  const password = await secrets.get(PASSWORD);
  const project = settings['shared.project'] || (await projectName(folder.fsPath)) || basename(folder.fsPath);
  return {
    connection: connection(settings, project, password),
    ttlMs: settings['shared.ttlDays'] * DAY,
  };
}

function connection(settings: Settings, project: string, password: string | undefined): SharedStoreOptions {
  const kind = settings['shared.kind'];
  if (kind === 'off') throw new Error('No shared level is configured.');
  const database = settings['shared.database'];
  return {
    kind,
    project,
    urls: [...settings['shared.servers']],
    tls: settings['shared.tls'],
    keyPrefix: settings['shared.keyPrefix'],
    requestMs: settings['shared.timeoutMs'],
    replicaReads: settings['shared.readFromReplicas'],
    ...(settings['shared.username'] !== '' && { username: settings['shared.username'] }),
    ...(settings['shared.caFile'] !== '' && { caFile: settings['shared.caFile'] }),
    ...(database !== 0 && { db: database }),
    ...(password !== undefined && password !== '' && { password }),
  };
}
