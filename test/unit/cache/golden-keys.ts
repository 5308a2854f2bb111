import {
  contextKey,
  moduleKey,
  promptKey,
  responseKey,
  resultKey,
  toolKey,
} from '../../../src/cache/keys/builders.ts';

const params = {
  z: [1, -0, 1e21, 1e-7, 0.1 + 0.2, null, [undefined, true]],
  '\u00e4': 'e\u0301 \u00e9 \u{1F600} "\\\n\u2028\ud800',
  a: { b: null, c: undefined, d: new Date(Date.UTC(2024, 1, 29, 12, 30, 15, 250)) },
  10: 'ten',
  9: 'nine',
};

/** Keys of inputs in which whatever differs between platforms, zones and languages could show. */
export function goldenKeys(): string[] {
  return [
    promptKey({ version: '3.0.0', command: 'task', params }),
    promptKey({ version: '3.0.0', command: 'task' }),
    moduleKey({ version: '1', module: 'src/gr\u00f6\u00dfe: a*b~', context: params }),
    contextKey({ version: '2.1', projectPath: 'C:\\Users\\me\\app\\', command: 'review' }),
    contextKey({ version: '2.1', projectPath: '/home/me/app', command: 'review' }),
    resultKey({ version: '1.0.0-beta+7', command: 'lint'.repeat(20), input: [params] }),
    responseKey({
      agent: 'reviewer',
      goal: 'find bugs',
      model: 'vendor/model-4',
      temperature: 0.2,
      tools: ['b', '\u00df', 'a'],
    }),
    toolKey({ tool: 'web_search', input: { query: 'x', page: 2 } }),
    toolKey({ tool: 'web_search', input: { query: 'x', page: 2 }, version: '2' }, { ignore: ['page'] }),
  ];
}
