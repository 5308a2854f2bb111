import { hash } from 'node:crypto';

/**
 * SHA-256, cut to 128 bits, as 22 base64url characters. Cryptographic because digests identify
 * content that other machines may have made; 128 bits because nobody gains from a collision that
 * needs 2^64 files of their own.
 */
export function digest(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url').slice(0, 22);
}
