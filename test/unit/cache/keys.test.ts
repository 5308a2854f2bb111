import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyError, namespaceOf } from '../../../src/cache/key.ts';
import {
  contextKey,
  moduleKey,
  promptKey,
  responseKey,
  resultKey,
  toolKey,
} from '../../../src/cache/keys/builders.ts';
import { canonicalJson } from '../../../src/cache/keys/canonical.ts';
import { projectPath } from '../../../src/cache/keys/project-path.ts';
import { segment } from '../../../src/cache/keys/segment.ts';
import { compileGlob } from '../../../src/freshness/glob.ts';
import { goldenKeys } from './golden-keys.ts';

describe('a readable part of a key', () => {
  it('shows letters, digits and what neither separates parts nor means anything in a glob', () => {
    expect(segment('model', 'vendor/model-4.1_x@2+3')).toBe('vendor/model-4.1_x@2+3');
    expect(segment('command', 'a:b *?[x]{y}!\\~%')).toBe('a%3Ab%20%2A%3F%5Bx%5D%7By%7D%21%5C%7E%25');
    expect(segment('command', '\u00e9')).toBe('%C3%A9');
  });

  it('is never long: a long one ends in a hash', () => {
    expect(segment('command', 'x'.repeat(64))).toBe('x'.repeat(64));
    expect(segment('command', 'x'.repeat(65))).toMatch(/^x{40}~[\w-]{22}$/);
    expect(segment('command', '\u{1F600}'.repeat(30))).toMatch(/^(%[0-9A-F]{2}){13}~[\w-]{22}$/);
  });

  it('differs where the text differs', () => {
    const some = fc
      .tuple(
        fc.string({ unit: fc.constantFrom(':', '%', '3', 'A', '~', 'a', '\u00e9', 'e\u0301') }),
        fc.constantFrom(0, 60, 70),
      )
      .map(([start, length]) => `${start}${'x'.repeat(length)}` || '-');
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(segment('a', a) === segment('a', b)).toBe(a === b);
        if (!segment('a', a).includes('~')) expect(decodeURIComponent(segment('a', a))).toBe(a);
        expect(segment('a', a)).toMatch(/^[\w.@/+%~-]{1,70}$/);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[unknown, string]>([
    ['', 'version: a key needs it, as a text that is not empty.'],
    [undefined, 'version: a key needs it, as a text that is not empty.'],
    [3, 'version: a key needs it, as a text that is not empty.'],
    ['a\ud800', 'version: it holds half a character (a lone surrogate).'],
    ['x'.repeat(1_000_001), 'version: 1000001 characters are too long: 1000000 at the most.'],
  ])('%# is refused with its name', (some, message) => {
    expect(() => segment('version', some)).toThrow(message);
  });
});

describe('the path of a project', () => {
  it.each([
    ['C:\\Users\\Me\\app\\', 'c:/Users/Me/app'],
    ['c:/Users/Me//app/.', 'c:/Users/Me/app'],
    ['D:\\', 'd:'],
    ['\\\\server\\share\\app\\', '//server/share/app'],
    ['/home/me/app/', '/home/me/app'],
    ['/home//me/./app', '/home/me/app'],
    ['/', '/'],
    ['/home/a\\b', '/home/a\\b'],
    ['/home/link/../app', '/home/link/../app'],
    ['/c:/x', '/c:/x'],
  ])('%s is %s', (path, normal) => {
    expect(projectPath(path)).toBe(normal);
  });

  it.each(['app', './app', '', 'C:', 'C:app', undefined])('%s is refused', (path) => {
    expect(() => projectPath(path)).toThrow(/^projectPath: /);
  });

  it('has one spelling: spelling that again changes nothing', () => {
    const parts = fc.array(fc.constantFrom('a', 'B', '.', '..', '', 'c:'), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.constantFrom('/', 'C:\\', 'c:/', '\\\\s\\t\\'),
        parts,
        fc.constantFrom('/', '\\'),
        (root, some, by) => {
          const normal = projectPath(root + some.join(by));
          expect(projectPath(normal.startsWith('//') ? normal.replaceAll('/', '\\') : `${normal}/`)).toBe(
            normal,
          );
        },
      ),
    );
  });
});

describe('the keys of the presets', () => {
  it('have version and what they are for in front, for globs to reach', () => {
    const key = promptKey({ version: '3.0.0', command: 'task', params: { id: 1 } });
    expect(key).toMatch(/^prompt:3\.0\.0:task:[\w-]{22}$/);
    expect(compileGlob('prompt:3.0.0:task:*')(key)).toBe(true);
    expect(compileGlob('prompt:3.0.0:task:*')(promptKey({ version: '3.0.0', command: 'task:x' }))).toBe(
      false,
    );
    const wild = promptKey({ version: '3.0.0', command: 'ta*k' });
    expect(compileGlob('prompt:3.0.0:task:*')(wild)).toBe(false);
    const response = responseKey({ agent: 'reviewer', goal: 'g', model: 'm/1' });
    expect(response).toMatch(/^response:1:reviewer:m\/1:[\w-]{22}$/);
  });

  it('are the same in every process, time zone, language and version of Node', () => {
    expect(goldenKeys()).toEqual([
      'prompt:3.0.0:task:U7eZyrWwXMUmQTFNHZ4gld',
      'prompt:3.0.0:task:RBNvo1WzZ4oRRq0W9-hknp',
      'module:1:src/gr%C3%B6%C3%9Fe%3A%20a%2Ab%7E:U7eZyrWwXMUmQTFNHZ4gld',
      'context:2.1:review:JLtSIWaFUfOQ-hqOj8Mc5c',
      'context:2.1:review:f9Tug_paYXSyIWRbRk98p8',
      'result:1.0.0-beta+7:lintlintlintlintlintlintlintlintlintlint~d9iJ8oQSQKNjH0RCK7YePd:gO-cWpLyGM5tyE4L3_FSs7',
      'response:1:reviewer:vendor/model-4:vnz7jEY1Keyghcdlvwoie4',
      'tool:1:web_search:i9qmeLBzUxnbYKfKPfQSgn',
      'tool:2:web_search:rkNKL2MiK0pYVinckJ8tZP',
    ]);
    const file = fileURLToPath(new URL('golden-keys.ts', import.meta.url));
    const script = `import { goldenKeys } from ${JSON.stringify(file)}; console.log(JSON.stringify(goldenKeys()));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(JSON.parse(out)).toEqual(goldenKeys());
  });

  it('differ where version, command or anything of the input differs, whatever characters it has', () => {
    const part = fc.string({ unit: fc.constantFrom(':', 'a', '%', '3A', '~'), minLength: 1, maxLength: 3 });
    const input = fc.record({
      version: part,
      command: part,
      params: fc.dictionary(part, fc.oneof(part, fc.integer())),
    });
    fc.assert(
      fc.property(input, input, (a, b) => {
        const same =
          canonicalJson([a.version, a.command, a.params]) === canonicalJson([b.version, b.command, b.params]);
        expect(promptKey(a) === promptKey(b)).toBe(same);
        expect(resultKey({ ...a, input: a.params }) === resultKey({ ...b, input: b.params })).toBe(same);
        expect(promptKey(a)).not.toBe(resultKey({ ...a, input: a.params }));
        expect(namespaceOf(promptKey(a))).toBe('prompt');
      }),
      { numRuns: 500 },
    );
  });

  it('take no parameters and empty ones as the same', () => {
    const of = { version: '1', command: 'c' };
    expect(promptKey({ ...of, params: { a: null } })).toBe(promptKey(of));
    expect(resultKey({ ...of, input: null })).toBe(resultKey(of));
    expect(moduleKey({ version: '1', module: 'm', context: undefined })).toBe(
      moduleKey({ version: '1', module: 'm' }),
    );
  });

  it('of a context are those of the project, however its path is spelled', () => {
    const key = (projectPath: string) => contextKey({ version: '1', command: 'c', projectPath });
    expect(key('C:\\app\\')).toBe(key('c:/app'));
    expect(key('/app')).not.toBe(key('/App'));
  });

  it('of a response take the tools as a set, and everything else as it is', () => {
    const of = { agent: 'a', goal: 'g', model: 'm', temperature: 0.5, tools: ['x', 'y'] };
    expect(responseKey({ ...of, tools: ['y', 'x', 'y'] })).toBe(responseKey(of));
    const { temperature: _, ...without } = of;
    const others = [
      without,
      { ...of, agent: 'b' },
      { ...of, goal: 'h' },
      { ...of, model: 'n' },
      { ...of, temperature: 0 },
      { ...of, tools: ['x'] },
      { ...of, tools: ['x,y'] },
      { ...of, version: '2' },
    ];
    expect(new Set([of, ...others].map(responseKey)).size).toBe(9);
    expect(responseKey({ ...without, tools: [] })).toBe(responseKey({ agent: 'a', goal: 'g', model: 'm' }));
  });

  it.each<[() => string, string]>([
    [() => promptKey({ version: '', command: 'c' }), 'version: a key needs it'],
    [
      () => promptKey({ version: '1', command: 'c', params: { a: [Number.NaN] } }),
      'params.a[0]: NaN has no place',
    ],
    [() => moduleKey({ version: '1', module: '' }), 'module: a key needs it'],
    [() => contextKey({ version: '1', command: 'c', projectPath: 'app' }), 'projectPath: it is not absolute'],
    [
      () => resultKey({ version: '1', command: 'c', input: new Map() }),
      'input: an instance of Map has no place',
    ],
    [
      () => responseKey({ agent: 'a', goal: 'g', model: 'm', temperature: Number.NaN }),
      'response.temperature: NaN',
    ],
    [() => responseKey({ agent: 'a', goal: 5 as never, model: 'm' }), 'goal: a key needs it, as a text.'],
    [
      () => responseKey({ agent: 'a', goal: 'g', model: 'm', tools: 'xy' as never }),
      'tools: a key needs a list',
    ],
    [() => toolKey({ tool: 't', input: { a: { b: new Set() } } }), 'tool.input.a.b: an instance of Set'],
    [
      () => toolKey({ tool: 't', input: new Map([['a', 1]]) }, { only: ['a'] }),
      'tool.input: an instance of Map',
    ],
  ])('%# are refused with the name of what is wrong', (build, message) => {
    expect(build).toThrow(message);
    expect(build).toThrow(KeyError);
  });
});

describe('the key of a tool call', () => {
  const key = (input: unknown, keyParams?: Parameters<typeof toolKey>[1]) =>
    toolKey({ tool: 't', input }, keyParams);

  it('is over those parameters that the policy names, or over all but those', () => {
    const only = { only: ['q', 'page'] };
    expect(key({ q: 1, page: 2, id: 3 }, only)).toBe(key({ id: 4, page: 2, q: 1 }, only));
    expect(key({ q: 1, page: 2 }, only)).not.toBe(key({ q: 1, page: 3 }, only));
    const ignore = { ignore: ['id'] };
    expect(key({ q: 1, id: 3 }, ignore)).toBe(key({ q: 1 }, ignore));
    expect(key({ q: 1, id: 3 }, ignore)).not.toBe(key({ q: 2, id: 3 }, ignore));
  });

  it('does not depend on how the policy spells its choice', () => {
    expect(key({ a: 1, b: 2 }, { only: ['b', 'a', 'b'] })).toBe(key({ a: 1, b: 2 }, { only: ['a', 'b'] }));
  });

  it('is another one when the choice changes: what did not count before could have been anything', () => {
    const keys = [
      key({ q: 1 }),
      key({ q: 1 }, { ignore: ['id'] }),
      key({ q: 1 }, { ignore: ['id', 'x'] }),
      key({ q: 1 }, { only: ['q'] }),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  it('is over the whole input where that has no parameters', () => {
    expect(key('text', { only: ['length'] })).not.toBe(key('other', { only: ['length'] }));
    expect(key(['a'], { ignore: ['0'] })).not.toBe(key(['b'], { ignore: ['0'] }));
  });
});
