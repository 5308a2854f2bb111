import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/workspace.ts';
import { asyncCacheDedupe } from './async-cache-dedupe.ts';
import { bentocache } from './bentocache.ts';
import { cacheManager } from './cache-manager.ts';
import { cacheable } from './cacheable.ts';
import { cachified } from './cachified.ts';
import { FAULTS, show } from './faults.ts';
import { keyv } from './keyv.ts';
import { layeredLoader } from './layered-loader.ts';
import { ours } from './ours.ts';
import { ReadGate } from './read-gate.ts';
import type { Peer } from './subject.ts';

const PEERS: readonly Peer[] = [
  layeredLoader,
  bentocache,
  cacheable,
  cacheManager,
  asyncCacheDedupe,
  cachified,
  keyv,
];

const world = () => ({ records: new Map(), folder: temporaryFolder(), gate: new ReadGate() });

describe('here', () => {
  it.each(FAULTS)('$promise', async (fault) => {
    expect(await show(fault, ours, world())).toBe(fault.right);
  });
});

// What is shown elsewhere proves that each scenario can fail. A peer that mends itself turns this red.
describe.each(PEERS)('$name', (peer) => {
  it.each(FAULTS.map((fault) => ({ fault, shows: peer.shows[fault.name] ?? fault.right })))(
    '$fault.name: $shows',
    async ({ fault, shows }) => {
      expect(await show(fault, peer, world())).toBe(shows);
    },
  );
});

describe('docs/peers.md', () => {
  it('shows the same, of the versions that are installed', () => {
    const rows = [
      ['', 'here', ...PEERS.map(({ name, package: id }) => `${name} ${version(id)}`)],
      ['---', '---', ...PEERS.map(() => '---')],
      ...FAULTS.map(({ name, promise }) => [
        promise,
        'holds',
        ...PEERS.map(({ shows }) => shows[name] ?? 'holds'),
      ]),
    ];
    const plain = (text: string) => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
    const table = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
    expect(plain(readFileSync('docs/peers.md', 'utf8'))).toContain(plain(table));
  });
});

function version(id: string | undefined): string {
  return JSON.parse(readFileSync(`node_modules/${id}/package.json`, 'utf8')).version;
}
