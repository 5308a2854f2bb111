import * as z from 'zod';
import type { Fingerprint } from '../freshness/fingerprints.ts';

/** Raised when files of this version are not to be read by earlier ones. */
export const FORMAT = 1;

export const moment = z.iso.datetime().transform((text) => Date.parse(text));

const restedOn = z.object({
  path: z.string(),
  /** Null where nothing was. */
  kind: z.enum(['file', 'folder', 'other']).nullable(),
  digest: z.string().nullable(),
});

/** What a note rests on: a file as it was. */
export interface RestedOn {
  readonly path: string;
  readonly kind: Fingerprint['kind'];
  readonly digest: string | null;
}

/** As it is in its file. */
export const storedNote = z.object({
  format: z.literal(FORMAT),
  key: z.string().min(1),
  text: z.string(),
  tags: z.array(z.string()),
  agent: z.string().optional(),
  rememberedAt: moment,
  files: z.array(restedOn),
});

export interface Note {
  readonly key: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly agent?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly rememberedAt: number;
  /** In the order of their paths. */
  readonly files: readonly RestedOn[];
}

/** As it was found on the disk. */
export interface FoundNote extends Note {
  /** Of its file. */
  readonly digest: string;
}

/** The content of its file. */
export function written({ key, text, tags, agent, rememberedAt, files }: Note): z.input<typeof storedNote> {
  return {
    format: FORMAT,
    key,
    text,
    tags: [...tags],
    ...(agent !== undefined && { agent }),
    rememberedAt: new Date(rememberedAt).toISOString(),
    files: files.map(({ path, kind, digest }) => ({ path, kind: onDisk(kind), digest })),
  };
}

function onDisk(kind: RestedOn['kind']): 'file' | 'folder' | 'other' | null {
  if (kind === 'value' || kind === 'unreadable') throw new Error(`A note cannot rest on what is ${kind}.`);
  return kind;
}
