import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readWarmArguments, WARM_FLAGS } from '../../../src/serve/warm-arguments.ts';
import { temporaryFolder } from '../../support/workspace.ts';

const read = (...args: string[]) => readWarmArguments(parseArgs({ args, options: WARM_FLAGS }).values);

describe('the command line', () => {
  it('warms nothing by itself, and has the same defaults as the settings', () => {
    expect(read()).toMatchObject({
      warmAtStart: false,
      warm: { strategy: 'everything', count: 500, hybridWeight: 0.5, schedule: '', maxCpuPercent: 50 },
      alerts: [{ name: 'a level fails' }, { name: 'memory runs out' }],
    });
  });

  it('takes what the settings take', () => {
    const alerts = join(temporaryFolder(), 'alerts.json');
    writeFileSync(alerts, JSON.stringify([{ metric: 'disk', operator: '>', threshold: '90%' }]));
    const args = ['--warm-at-start', '--warm-when-idle', '--warm-strategy', 'hybrid', '--warm-count', '10'];
    const more = ['--warm-hybrid-weight', '0.2', '--warm-schedule', '@hourly', '--warm-max-cpu', '5'];
    expect(read(...args, ...more, '--alerts', alerts)).toMatchObject({
      warmAtStart: true,
      warm: {
        strategy: 'hybrid',
        count: 10,
        hybridWeight: 0.2,
        schedule: '@hourly',
        whenIdle: true,
        maxCpuPercent: 5,
      },
      alerts: [{ name: 'disk > 90%' }],
    });
  });

  it.each([
    [['--warm-strategy', 'best'], /^--warm-strategy best is none\. There are: everything, /],
    [['--warm-count', '0'], /^--warm-count 0 does not fit: a whole number from 1 to 5000\.$/],
    [['--warm-count', ''], /^--warm-count {2}does not fit/],
    [['--warm-hybrid-weight', '2'], /^--warm-hybrid-weight 2 does not fit: a number from 0 to 1\.$/],
    [['--warm-max-cpu', '50.5'], /^--warm-max-cpu 50\.5 does not fit/],
    [['--warm-schedule', 'daily'], /^--warm-schedule: "daily" is no schedule\./],
    [['--alerts', '/nowhere.json'], /^--alerts \/nowhere\.json cannot be read as JSON/],
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it('refuses a file with a wrong rule, and says which', () => {
    const file = join(temporaryFolder(), 'alerts.json');
    writeFileSync(file, '[{"metric":"disk"}]');
    expect(() => read('--alerts', file)).toThrow(/agentCache\.alerts\[0\]\.operator: undefined does not fit/);
  });
});
