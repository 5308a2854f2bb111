import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Engine } from '../../engine/engine.ts';
import { jsonText } from '../../tools/json-text.ts';
import { keySchema } from '../../tools/keys.ts';
import { readQuery } from '../body.ts';
import { MOST_ANSWER } from '../limits.ts';
import { listEntries, querySchema } from '../listing.ts';
import { problemOf } from '../problems.ts';
import { statistics } from '../statistics.ts';
import { whyOf } from '../why.ts';

const SCHEME = 'agent-cache:';
const mimeType = 'application/json';
/** Entries that are listed by name, those with the most hits. */
const MOST_LISTED = 50;

const STATISTICS = {
  uri: 'agent-cache://statistics',
  name: 'statistics',
  title: 'Cache statistics',
  mimeType,
};
const ENTRIES = { uri: 'agent-cache://entries', name: 'entries', title: 'Cached entries', mimeType };

export const TEMPLATES: ListResourceTemplatesResult = {
  resourceTemplates: [
    {
      uriTemplate: 'agent-cache://entries{?namespace,tag,pattern}',
      name: 'entries',
      title: 'Cached entries that match',
      description: 'The first 100 by key; tags cover those below them, patterns are globs over keys.',
      mimeType,
    },
    {
      uriTemplate: 'agent-cache://entry/{key}',
      name: 'entry',
      title: 'One cached entry',
      description: 'Its value while everything it rests on is unchanged, what that is, and its last miss.',
      mimeType,
    },
  ],
};

export async function listResources(engine: Engine): Promise<ListResourcesResult> {
  const { entries } = await listEntries(engine, { sort: 'hits', limit: MOST_LISTED });
  const hot = entries.map(({ key }) => {
    return { uri: `agent-cache://entry/${encodeURIComponent(key)}`, name: key, mimeType };
  });
  return { resources: [STATISTICS, ENTRIES, ...hot] };
}

const readSchema = z.object({ uri: z.string().max(10_000) });

/** Rejects with a ProtocolError for what is no resource, or asks for what cannot be. */
export async function readResource(
  engine: Engine,
  params: unknown,
  plain: (text: string) => string,
): Promise<ReadResourceResult> {
  const given = readSchema.safeParse(params);
  if (!given.success) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'uri: Name a resource.');
  const { uri } = given.data;
  try {
    const text = await read(engine, uri, plain);
    return { contents: [{ uri, mimeType, text }] };
  } catch (error) {
    const problem = problemOf(error as Error);
    if (!problem) throw error;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, plain(problem.message));
  }
}

async function read(engine: Engine, uri: string, plain: (text: string) => string): Promise<string> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol !== SCHEME) throw new ResourceNotFoundError(uri);
  if (uri === STATISTICS.uri) return JSON.stringify(statistics(engine, plain));
  if (url.host === 'entries' && url.pathname === '')
    return JSON.stringify(await listEntries(engine, readQuery(querySchema, uri)));
  if (url.host !== 'entry') throw new ResourceNotFoundError(uri);
  return entry(engine, uri, keyIn(url.pathname.slice(1)));
}

/** The value is left out when it has no JSON form, or would flood whoever asked. */
async function entry(engine: Engine, uri: string, key: string | undefined): Promise<string> {
  if (key === undefined) throw new ResourceNotFoundError(uri);
  const read = await engine.insight.read(key);
  const value = 'miss' in read ? undefined : read.value;
  const why = await whyOf(engine, key);
  if (value === undefined && !why.cached) throw new ResourceNotFoundError(uri, `There is no entry ${key}.`);
  const text = value === undefined ? undefined : jsonText(value);
  if (text === undefined || Buffer.byteLength(text) > MOST_ANSWER) return JSON.stringify(why);
  return JSON.stringify({ ...why, value });
}

function keyIn(encoded: string): string | undefined {
  try {
    const parsed = keySchema.safeParse(decodeURIComponent(encoded));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // not percent-encoded as UTF-8
  }
}
