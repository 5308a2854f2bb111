import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** A process with a heap of 96 MB that stores about 200 MB of values. */
async function fill(how: 'watch' | 'ignore'): Promise<{ code: number | null; output: string }> {
  const script = fileURLToPath(new URL('filler.ts', import.meta.url));
  const child = spawn(process.execPath, ['--max-old-space-size=96', script, how]);
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, output };
}

describe('a heap that fills', () => {
  it('is given back by the memory level before the process dies of it', async () => {
    const { code, output } = await fill('watch');
    expect(code).toBe(0);
    const { reliefs, last } = JSON.parse(output) as { reliefs: string[]; last: boolean };
    expect(reliefs.length).toBeGreaterThan(1);
    expect(reliefs[0]).toBe('evicted');
    expect(last).toBe(true); // the level works on
  });

  it('kills a process that does not watch it', async () => {
    expect((await fill('ignore')).code).not.toBe(0);
  });
});
