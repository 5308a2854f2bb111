import { describe, expect, it } from 'vitest';
import { empty, resolve } from './resolving.ts';

describe('relative specifiers', () => {
  it('takes the first candidate in TypeScript’s order and depends on the absence of those before it', async () => {
    const order = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.json', '/index.ts', '/index.tsx'];
    for (const [at, suffix] of order.entries()) {
      const later = order.slice(at).map((each) => `src/x${each}`);
      const { to, context } = await resolve({ 'src/a.ts': "import './x'", ...empty(...later) });
      expect(to).toEqual({ './x': `src/x${suffix}` });
      const files = order.slice(0, Math.min(at, 8)).map((each) => `src/x${each}`);
      const inFolder =
        at < 8 ? [] : ['src/x/package.json', ...order.slice(8, at).map((each) => `src/x${each}`)];
      expect(context.absent).toEqual([...files, ...inFolder]);
    }
  });

  it.each([
    ['./x.js', ['src/x.ts', 'src/x.tsx', 'src/x.d.ts', 'src/x.js', 'src/x.jsx']],
    ['./x.jsx', ['src/x.tsx', 'src/x.ts', 'src/x.d.ts', 'src/x.jsx']],
    ['./x.mjs', ['src/x.mts', 'src/x.d.mts', 'src/x.mjs']],
    ['./x.cjs', ['src/x.cts', 'src/x.d.cts', 'src/x.cjs']],
    ['./x.ts', ['src/x.ts', 'src/x.tsx', 'src/x.d.ts']],
    ['./x.css', ['src/x.css', 'src/x.css.ts']],
    ['./x.service', ['src/x.service', 'src/x.service.ts', 'src/x.service.tsx']],
  ])('reads %s as the source that is meant', async (specifier, order) => {
    for (const [at, file] of order.entries()) {
      const { to, context } = await resolve({
        'src/a.ts': `import '${specifier}'`,
        ...empty(...order.slice(at)),
      });
      expect(to).toEqual({ [specifier]: file });
      expect(context.absent).toEqual(order.slice(0, at));
    }
  });

  it('asks for every candidate of what leads nowhere', async () => {
    const { to, context } = await resolve({ 'a.ts': "import './x'" });
    expect(to).toEqual({ './x': '' });
    expect(context.absent).toEqual([
      ...['x.ts', 'x.tsx', 'x.d.ts', 'x.js', 'x.jsx', 'x.mjs', 'x.cjs', 'x.json'],
      'x', // no folder: nothing in it has to be asked for
    ]);
  });

  it('reads folders', async () => {
    const { to } = await resolve({
      'src/deep/a.ts':
        "import '.'; import './'; import '..'; import '../..'; import '../lib'; import '../../../x'",
      ...empty('src/deep/index.js', 'src/index.ts', 'index.tsx', 'src/lib/index.ts', 'src/lib/main.ts'),
      'src/lib/package.json': '{"main": "./main.js"}',
    });
    expect(to).toEqual({
      '.': 'src/deep/index.js',
      './': 'src/deep/index.js',
      '..': 'src/index.ts',
      '../..': 'index.tsx',
      '../lib': 'src/lib/main.ts',
      '../../../x': '',
    });
  });

  it('leaves out what bundlers add', async () => {
    const { to } = await resolve({ 'a.ts': "import './i.svg?raw'", ...empty('i.svg') });
    expect(to).toEqual({ './i.svg?raw': 'i.svg' });
  });
});

it('names what is outside, without a look into node_modules', async () => {
  const { to, context } = await resolve({
    'src/a.ts':
      "import 'zod/v4'; import '@s/p/sub'; import 'fs'; import 'node:fs/promises'; import 'https://x.y/z.js'",
    ...empty('node_modules/zod/v4.ts'),
  });
  expect(to).toEqual({
    'zod/v4': '<zod>',
    '@s/p/sub': '<@s/p>',
    fs: '<node:fs>',
    'node:fs/promises': '<node:fs/promises>',
    'https://x.y/z.js': '<https://x.y/z.js>',
  });
  expect(context.asked).toEqual([
    'read src/a.ts',
    ...['src/tsconfig.json', 'src/jsconfig.json', 'tsconfig.json', 'jsconfig.json'].map(
      (file) => `kind ${file} -`,
    ),
  ]);
});

describe('the nearest configuration', () => {
  it('maps by the longest pattern, in the order of its substitutions', async () => {
    const { to, context } = await resolve({
      'app/src/a.ts': "import '@/x'; import '@/deep/y'; import 'exact'; import '@/none'; import 'zod'",
      'app/tsconfig.json': `{
        // with comments, and commas at the end
        "compilerOptions": { "paths": {
          "@/*": ["./gen/*", "./src/*"], "@/deep/*": ["./deep/*"], "exact": ["./src/exact.ts"],
        } },
      }`,
      'tsconfig.json': '{"compilerOptions": {"paths": {"*": ["./wrong/*"]}}}',
      ...empty('app/src/x.ts', 'app/deep/y.ts', 'app/src/exact.ts'),
    });
    expect(to).toEqual({
      '@/x': 'app/src/x.ts',
      '@/deep/y': 'app/deep/y.ts',
      exact: 'app/src/exact.ts',
      '@/none': '',
      zod: '<zod>',
    });
    expect(context.absent).toEqual(
      expect.arrayContaining(['app/src/tsconfig.json', 'app/gen/x.ts', 'app/gen/x']),
    );
  });

  it('inherits, with paths relative to where they are written', async () => {
    const { to } = await resolve({
      'app/a.ts': "import '@/x'; import 'lib/y'; import '~/z'",
      'app/tsconfig.json': '{"extends": ["../base/paths", "../base/url.json"]}',
      'base/paths.json':
        // biome-ignore lint/suspicious/noTemplateCurlyInString: TypeScript's own placeholder
        '{"compilerOptions": {"paths": {"@/*": ["./src/*"], "~/*": ["${configDir}/own/*"]}}}',
      'base/url.json': '{"compilerOptions": {"baseUrl": ".."}}',
      ...empty('base/src/x.ts', 'lib/y.ts', 'app/own/z.ts'),
    });
    expect(to).toEqual({ '@/x': 'base/src/x.ts', 'lib/y': 'lib/y.ts', '~/z': 'app/own/z.ts' });
  });

  it('may leave it to one that it refers to', async () => {
    const { to } = await resolve({
      'src/a.ts': "import '@/x'",
      'tsconfig.json': '{"files": [], "references": [{"path": "./tsconfig.node.json"}, {"path": "./app"}]}',
      'tsconfig.node.json': '{}',
      'app/tsconfig.json': '{"compilerOptions": {"baseUrl": "..", "paths": {"@/*": ["src/*"]}}}',
      ...empty('src/x.ts'),
    });
    expect(to).toEqual({ '@/x': 'src/x.ts' });
  });

  it('may be a jsconfig, extend itself, be broken or say nonsense', async () => {
    const x = empty('x.ts');
    const via = async (name: string, text: string) =>
      (await resolve({ 'a.js': "import '@/x'", ...x, [name]: text })).to['@/x'];
    expect(await via('jsconfig.json', '{"compilerOptions": {"paths": {"@/*": ["./*"]}}}')).toBe('x.ts');
    expect(
      await via('tsconfig.json', '{"extends": "./tsconfig", "compilerOptions": {"paths": {"@/*": ["./*"]}}}'),
    ).toBe('x.ts');
    expect(await via('tsconfig.json', '{"compilerOptions": {')).toBe('<@/x>');
    expect(await via('tsconfig.json', '{"compilerOptions": {"paths": 1, "baseUrl": []}}')).toBe('<@/x>');
  });
});

it('follows the imports of the nearest package', async () => {
  const { to } = await resolve({
    'pkg/src/a.ts': "import '#db'; import '#lib/x.js'; import '#dep'; import '#none'",
    'pkg/package.json': JSON.stringify({
      imports: {
        '#db': { custom: './no.js', default: './src/db.js' },
        '#lib/*': ['./lib/*'],
        '#dep': 'some-dep',
      },
    }),
    ...empty('pkg/src/db.ts', 'pkg/lib/x.ts', 'pkg/no.ts'),
  });
  expect(to).toEqual({
    '#db': 'pkg/src/db.ts',
    '#lib/x.js': 'pkg/lib/x.ts',
    '#dep': '<some-dep>',
    '#none': '<#none>',
  });
});
