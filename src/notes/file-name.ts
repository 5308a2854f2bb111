import { digest } from '../cache/digest.ts';

/** What of a name people can read in the file's. */
const LONGEST_SLUG = 60;

/** The name of a file or folder for a key or an id: readable, and different for different ones. */
export function fileNameOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[^\w.]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, LONGEST_SLUG)
    .replace(/[-.]+$/, '');
  return slug === '' ? digest(name) : `${slug}-${digest(name)}`;
}
