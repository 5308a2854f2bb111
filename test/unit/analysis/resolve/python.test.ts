import { describe, expect, it } from 'vitest';
import { empty, resolve } from './resolving.ts';

describe('absolute modules', () => {
  it('looks where the outermost package is, then in the projects around, nearest first', async () => {
    const { to, context } = await resolve({
      'libs/one/src/app/sub/a.py':
        'import app.util, app.pkg\nimport shared\nimport root_only\nimport numpy.linalg\nimport os.path\nimport app.gone, shared.gone',
      ...empty('libs/one/src/app/__init__.py', 'libs/one/src/app/sub/__init__.py', 'libs/one/pyproject.toml'),
      ...empty('libs/one/src/app/util.py', 'libs/one/src/app/pkg/__init__.py'),
      ...empty('libs/one/shared.py', 'shared.py', 'root_only/__init__.py'),
    });
    expect(to).toEqual({
      'app.util': 'libs/one/src/app/util.py',
      'app.pkg': 'libs/one/src/app/pkg/__init__.py',
      shared: 'libs/one/shared.py',
      root_only: 'root_only/__init__.py',
      'numpy.linalg': '<numpy>',
      'os.path': '<os>',
      'app.gone': '',
      'shared.gone': '',
    });
    expect(context.absent).toEqual(
      expect.arrayContaining(['libs/one/src/shared', 'libs/one/src/shared.py', 'libs/one/src/shared.pyi']),
    );
    expect(context.asked).not.toContain('kind shared.py file');
  });

  it('prefers a package to a module and either to a folder without __init__', async () => {
    const a = { 'a.py': 'import x' };
    expect((await resolve({ ...a, ...empty('x/__init__.py', 'x.py') })).to).toEqual({ x: 'x/__init__.py' });
    expect((await resolve({ ...a, ...empty('x/y.py', 'x.py', 'x.pyi') })).to).toEqual({ x: 'x.py' });
    expect((await resolve({ ...a, ...empty('x.pyi') })).to).toEqual({ x: 'x.pyi' });
    const deep = { 'src/m/a.py': 'import x.y', 'src/m/__init__.py': '' };
    const namespace = await resolve({ ...deep, ...empty('src/x/y.py', 'x/__init__.py', 'x/y.py') });
    expect(namespace.to).toEqual({ 'x.y': 'x/y.py' });
  });
});

describe('names after from', () => {
  it('leads to submodules where there are such and to the module otherwise', async () => {
    const { to, context } = await resolve({
      'pkg/a.py':
        'from pkg import b, value\nfrom pkg.c import thing\nfrom pkg.ns import deep\nfrom pkg.c import *',
      ...empty('pkg/__init__.py', 'pkg/b.py', 'pkg/c.py', 'pkg/ns/deep.py'),
    });
    expect(to).toEqual({ pkg: 'pkg/b.py pkg/__init__.py', 'pkg.c': 'pkg/c.py', 'pkg.ns': 'pkg/ns/deep.py' });
    expect(context.absent).toEqual(expect.arrayContaining(['pkg/value', 'pkg/value.py', 'pkg/value.pyi']));
  });

  it('counts dots from the file’s package', async () => {
    const { to } = await resolve({
      'p/q/a.py':
        'from . import b, x\nfrom .c import y\nfrom .. import r\nfrom ..s.t import u\nfrom .... import z',
      ...empty(
        'p/__init__.py',
        'p/q/__init__.py',
        'p/q/b.py',
        'p/q/c.py',
        'p/r.py',
        'p/s/t/__init__.py',
        'p/s/t/u.py',
      ),
    });
    expect(to).toEqual({
      '.': 'p/q/b.py p/q/__init__.py',
      '.c': 'p/q/c.py',
      '..': 'p/r.py',
      '..s.t': 'p/s/t/u.py',
      '....': '',
    });
  });
});
