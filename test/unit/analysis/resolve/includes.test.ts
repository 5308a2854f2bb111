import { expect, it } from 'vitest';
import { empty, resolve } from './resolving.ts';

it('finds C and C++ headers beside the file, then in the usual folders', async () => {
  const { to, context } = await resolve({
    'src/a.cpp':
      '#include "own.h"\n#include "lib/x.h"\n#include <lib/x.h>\n#include <vector>\n#include "gone.h"',
    ...empty('src/own.h', 'include/lib/x.h'),
  });
  expect(to).toEqual({
    'own.h': 'src/own.h',
    'lib/x.h': 'include/lib/x.h',
    '<lib/x.h>': 'include/lib/x.h',
    '<vector>': '<vector>',
    'gone.h': '',
  });
  expect(context.absent).toContain('src/lib/x.h');
});

it('finds style sheets, scripts and Ruby files', async () => {
  const css = await resolve({
    'a/x.css': '@import "y.css"; @import url(https://z.css);',
    ...empty('a/y.css'),
  });
  expect(css.to).toEqual({ 'y.css': 'a/y.css', 'https://z.css': '<https://z.css>' });
  const bash = await resolve({ 'bin/x.sh': '. lib/y.sh\nsource ./z.sh', ...empty('lib/y.sh', 'bin/z.sh') });
  expect(bash.to).toEqual({ 'lib/y.sh': 'lib/y.sh', './z.sh': 'bin/z.sh' });
  const php = await resolve({ 'web/x.php': "<?php require __DIR__ . '/../y.php';", ...empty('y.php') });
  expect(php.to).toEqual({ './../y.php': 'y.php' });
  const ruby = await resolve({
    'lib/shop/x.rb': "require_relative 'y'\nrequire 'shop/z'\nrequire 'json/add'",
    ...empty('lib/shop/y.rb', 'lib/shop/z.rb'),
  });
  expect(ruby.to).toEqual({ './y': 'lib/shop/y.rb', 'shop/z': 'lib/shop/z.rb', 'json/add': '<json>' });
});
