import type { LevelSummary } from '../../../protocol.ts';
import type { Advice } from '../advice.ts';
import { count } from '../words.ts';

/** Levels that fail, and a file level that is off: answers then end with the process. */
export function levelAdvice(levels: readonly LevelSummary[]): Advice[] {
  return levels.flatMap(({ level, state, problem, errors }): Advice[] => {
    if (state === 'failing') {
      return [
        {
          id: `level:${level}`,
          kind: 'level',
          title: `The ${level} level fails`,
          text: `Requests are answered without it, and nothing is lost but what it would have answered. ${level === 'file' ? 'Look at the disk: whether it is full, and whether the storage folder can be written.' : 'Look at the server and at the agentCache.shared settings.'}`,
          evidence: [
            ...(problem === undefined ? [] : [`It says: ${problem}`]),
            `${count(errors, 'error')} since the process started.`,
          ],
        },
      ];
    }
    if (level !== 'file' || state !== 'off') return [];
    const text = 'fileLevel.store: off → sqlite';
    return [
      {
        id: 'level:file',
        kind: 'level',
        title: 'The file level is off: answers end with the window',
        text: 'With it, the answers of earlier sessions are served while they are true. It takes effect when the window is loaded anew.',
        evidence: ['agentCache.fileLevel.store is "off", or the storage could not be opened.'],
        edit: { setting: 'agentCache.fileLevel.store', path: [], to: 'sqlite', text },
      },
    ];
  });
}
