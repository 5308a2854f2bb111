import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { until } from './driver/until.ts';
import type { Workbench } from './driver/workbench.ts';
import { closeWithProbe, launchWithProbe, probe } from './probe/probe.ts';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await launchWithProbe();
});
afterAll(() => closeWithProbe(workbench));
keepEvidenceOfFailures(() => workbench);

const lines = () => probe(workbench, 'lines', { path: 'src/shapes.ts' });

describe('another extension, through exports', () => {
  it('computes once, and again when the file that it read has changed', async () => {
    expect(await lines()).toMatchObject({ hit: false, reason: 'never-cached', value: 18, computations: 1 });
    expect(await lines()).toMatchObject({ hit: true, level: 'memory', value: 18, computations: 0 });
    writeFileSync(join(workbench.workspace, 'src/shapes.ts'), 'one\ntwo\n');
    expect(await lines()).toMatchObject({ hit: false, value: 3, computations: 1 });
    expect(await lines()).toMatchObject({ hit: true, value: 3 });
  });

  it('sees text that is not saved', async () => {
    await workbench.openFile('src/shapes.ts');
    await workbench.type('three\n');
    await expect.poll(lines).toMatchObject({ value: 4 });
    await workbench.undoTyping();
    await expect.poll(lines).toMatchObject({ value: 3 });
    await workbench.runCommand('View: Close All Editors');
  });

  it('has its entries after the window was closed', async () => {
    expect(await lines()).toMatchObject({ value: 3 });
    await workbench.reloadWindow();
    expect(await lines()).toMatchObject({ hit: true, level: 'file', value: 3, computations: 0 });
  });

  it('invalidates with a report, undoes, and hears of both', async () => {
    await probe(workbench, 'events');
    const hit = await probe(workbench, 'invalidate', { selector: { tag: 'probe' } });
    expect(hit).toMatchObject({ entries: 1, levels: { file: 1 } });
    expect(await lines()).toMatchObject({ hit: false, reason: 'invalidated' });
    const { events } = await probe(workbench, 'events');
    expect(events).toMatchObject([{ on: 'invalidate', text: 'Invalidated tag probe: 1 entry', entries: 1 }]);
    expect(await probe(workbench, 'undo', { id: hit.undo })).toHaveProperty('entries');
  });

  it('hears of files that changed', async () => {
    await lines();
    await probe(workbench, 'events');
    writeFileSync(join(workbench.workspace, 'src/shapes.ts'), 'changed\n');
    const heard = await until('the change is heard of', async () => {
      const { events } = await probe(workbench, 'events');
      return events.find(({ on }: { on: string }) => on === 'change');
    });
    expect(heard.text).toContain('src/shapes.ts changed');
  });

  it('asks analyses, and is refused with a sentence what makes no sense', async () => {
    const outline = await probe(workbench, 'analyse', { name: 'outline', params: { path: 'src/area.ts' } });
    expect(outline).toMatchObject({ hit: false, value: { language: 'typescript' } });
    const none = await probe(workbench, 'analyse', { name: 'nonsense', params: {} });
    expect(none.error).toContain('There is no analysis "nonsense"');
    expect((await probe(workbench, 'wrongVersion')).error).toContain('Version 99');
  });
});
