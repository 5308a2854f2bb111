import * as z from 'zod';
import { lineage } from '../freshness/generations.ts';
import { SECTIONS, type View } from '../protocol.ts';

const named = (what: string) => {
  return z
    .string({ error: `The link names no ${what}.` })
    .min(1, { error: `The link names no ${what}.` })
    .max(4096, { error: `The ${what} in the link is too long.` });
};
const key = named('key').regex(/^[^:]+:./s, {
  error: 'The key in the link is no key: expected "namespace:id".',
});

/** What each path of a link shows. */
const LOOKS: Readonly<Record<string, (query: URLSearchParams) => Partial<View>>> = {
  '/entry': (query) => entryLook(key.parse(query.get('key') ?? undefined)),
  '/files': (query) => filesLook(named('file').parse(query.get('file') ?? undefined)),
  '/tags': (query) => {
    const tag = named('tag').parse(query.get('tag') ?? undefined);
    return { section: 'tags', expandedTags: lineage(tag) };
  },
  '/section': (query) => {
    const error = `The link names no section: there are ${SECTIONS.join(', ')}.`;
    return { section: z.enum(SECTIONS, { error }).parse(query.get('name')) };
  },
};

/** A link that leads nowhere, in one sentence. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** What `vscode://agent-cache-explorer.agent-cache-explorer/…` shows; throws {@link LinkError}. Links are untrusted. */
export function lookOf(uri: { readonly path: string; readonly query: string }): Partial<View> {
  const look = Object.hasOwn(LOOKS, uri.path) ? LOOKS[uri.path] : undefined;
  if (!look) throw new LinkError(`The link leads nowhere: there are ${Object.keys(LOOKS).join(', ')}.`);
  try {
    return look(new URLSearchParams(uri.query));
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new LinkError(error.issues[0]?.message ?? 'The link does not fit.');
  }
}

/** One entry in full. */
export function entryLook(entry: string): Partial<View> {
  return { section: 'entries', entry };
}

function filesLook(filter: string): Partial<View> {
  return { section: 'files', files: { filter, sort: 'path', descending: false, from: 0, count: 100 } };
}
