import { expect, it } from 'vitest';
import { choices } from '../../../src/vscode/commands/choices.ts';
import { patternSelector } from '../../../src/vscode/commands/pattern-input.ts';
import { workspaceWith } from '../../support/workspace.ts';

it.each([
  ['result:*', { pattern: 'result:*' }],
  ['*/src/*', { pattern: '*/src/*' }],
  ['/outline:.*\\.ts$/', { regex: 'outline:.*\\.ts$' }],
  ['/a/b/', { regex: 'a/b' }],
  ['/Outline/i', { regex: '(?i)Outline' }],
  ['/', undefined],
  ['//', undefined],
  ['/outline', undefined],
  ['/outline/x', undefined],
])('what is typed as %s names keys by %j', (typed, selector) => {
  expect(patternSelector(typed)).toEqual(selector);
});

it('the list of what can be invalidated counts what each choice would hit', async () => {
  const { cache } = workspaceWith({});
  const set = (key: string, agent: string, topics: readonly string[]) =>
    cache.getOrCompute(
      key,
      async (context) => {
        for (const topic of topics) context.topic(topic);
        return key;
      },
      { agent },
    );
  await set('result:1', 'reviewer', ['tool:web', 'tool:files']);
  await set('result:2', 'reviewer', ['tool:web/deep']);
  await set('tool:3', 'writer', []);
  const groups = await choices(cache);
  expect(
    groups.map(({ title, choices }) => [title, choices.map(({ name, entries }) => [name, entries])]),
  ).toEqual([
    [
      'Namespaces',
      [
        ['result', 2],
        ['tool', 1],
      ],
    ],
    [
      'Agents',
      [
        ['reviewer', 2],
        ['writer', 1],
      ],
    ],
    [
      'Topics',
      [
        ['tool', 2],
        ['tool:web', 2],
        ['tool:files', 1],
        ['tool:web/deep', 1],
      ],
    ],
    ['Levels', [['memory', 3]]],
  ]);
  for (const { choices: some } of groups)
    for (const { selector, entries, bytes } of some)
      expect(await cache.preview(selector)).toMatchObject({ entries, bytes });
});

it('an empty cache has nothing to choose from', async () => {
  expect(await choices(workspaceWith({}).cache)).toEqual([]);
});
