import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { decode, encode } from '../codec.ts';
import type { FileDatabase } from '../stores/store.ts';
import type { SharedStoreOptions } from './connection.ts';
import type { Matches } from './shared-generations.ts';
import { SharedLevel, type Undelivered } from './shared-level.ts';

export interface SharedOptions {
  readonly connection: SharedStoreOptions;
  /** How long the server keeps a record, ms. */
  readonly ttlMs: number;
}

interface Surroundings {
  /** Folder with the bundled `shared-store.js`. */
  readonly bundle: string;
  /** Keeps what could not be told to the server yet; without one a restart forgets it. */
  readonly database: FileDatabase | undefined;
  readonly matches: Matches;
  readonly problem: (error: Error) => void;
}

/**
 * The shared level; undefined, and told, when its settings are wrong. The clients are a bundle of
 * their own, loaded only here: most people never need them. Nothing waits for the server.
 */
export async function openShared(
  { connection, ttlMs }: SharedOptions,
  { bundle, database, matches, problem }: Surroundings,
): Promise<SharedLevel | undefined> {
  try {
    const { openSharedStore } = await loadStores(bundle);
    const store = openSharedStore(connection);
    return new SharedLevel(store, {
      ttlMs,
      matches,
      problem,
      ...(database && { undelivered: undeliveredIn(database) }),
    });
  } catch (error) {
    problem(error as Error);
    return undefined;
  }
}

/** How long a server may take to answer for the first time, ms. */
const PATIENCE = 3000;

/** Undefined when the server answers as configured; else one sentence that says what is wrong. */
export async function problemOf(connection: SharedStoreOptions, bundle: string): Promise<string | undefined> {
  try {
    const { openSharedStore } = await loadStores(bundle);
    const store = openSharedStore(connection);
    try {
      return await new Promise((resolve) => {
        const answered = () => {
          const { state, problem } = store.state;
          if (state === 'up') resolve(undefined);
          else if (problem !== undefined) resolve(problem);
        };
        store.onState(answered);
        setTimeout(() => resolve(store.state.problem ?? 'The server does not answer.'), PATIENCE);
        answered();
      });
    } finally {
      await store.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

function loadStores(bundle: string): Promise<typeof import('./open.ts')> {
  return import(pathToFileURL(join(bundle, 'shared-store.js')).href);
}

const NAMESPACE = 'u';
const KEY = 'undelivered';
const bumps = z.array(z.object({ name: z.string(), cause: z.string() }));

function undeliveredIn(database: FileDatabase): Undelivered {
  return {
    async load() {
      const rows: Uint8Array[] = [];
      await database.each(NAMESPACE, (chunk) => {
        for (const [, value] of chunk) rows.push(value);
      });
      return rows.flatMap((row) => bumps.parse(decode(row)));
    },
    async save(list) {
      const value = list.length > 0 ? { value: await encode(list) } : {};
      await database.commit([{ namespace: NAMESPACE, key: KEY, ...value }]);
    },
  };
}
