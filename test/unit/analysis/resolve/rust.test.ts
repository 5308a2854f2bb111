import { describe, expect, it } from 'vitest';
import { empty, resolve } from './resolving.ts';

const CARGO = { 'Cargo.toml': '[package]\nname = "my-app"\n' };

describe('mod', () => {
  it('is a file beside a root, else below the module’s name; mod.rs comes second', async () => {
    const text = { text: 'mod x;' };
    const x = async (path: string, ...files: string[]) => {
      const { to, context } = await resolve({ [path]: text.text, ...CARGO, ...empty(...files) });
      return [to.x, ...context.absent.filter((file) => file.endsWith('.rs'))];
    };
    expect(await x('src/lib.rs', 'src/x.rs', 'src/x/mod.rs')).toEqual(['src/x.rs']);
    expect(await x('src/lib.rs', 'src/x/mod.rs')).toEqual(['src/x/mod.rs', 'src/x.rs']);
    expect(await x('src/a/mod.rs', 'src/a/x.rs', 'src/lib.rs')).toEqual(['src/a/x.rs']);
    expect(await x('src/a.rs', 'src/a/x.rs', 'src/lib.rs')).toEqual(['src/a/x.rs']);
    expect(await x('src/bin/tool.rs', 'src/bin/x.rs')).toEqual(['src/bin/x.rs']);
    expect(await x('tests/it.rs', 'tests/x.rs')).toEqual(['tests/x.rs']);
  });

  it('may be inline around another, or say its path', async () => {
    const { to } = await resolve({
      'src/lib.rs': 'mod outer { mod inner; }\n#[path = "odd/place.rs"]\nmod moved;',
      ...CARGO,
      ...empty('src/outer/inner.rs', 'src/odd/place.rs'),
    });
    expect(to).toEqual({ inner: 'src/outer/inner.rs', moved: 'src/odd/place.rs' });
  });
});

describe('use', () => {
  it('leads to the deepest module that is a file', async () => {
    const { to } = await resolve({
      'src/a/b.rs':
        'mod c; use crate::x::y::Thing; use crate::Root; use super::sib::f; use super::super::x; use self::c::Z; use c::*; use crate::x::Deep; mod tests { use super::*; use super::super::sib; }',
      ...CARGO,
      ...empty('src/lib.rs', 'src/a.rs', 'src/a/sib.rs', 'src/a/b/c.rs', 'src/x.rs', 'src/x/y/mod.rs'),
    });
    expect(to).toEqual({
      c: 'src/a/b/c.rs',
      'crate::x::y::Thing': 'src/x/y/mod.rs',
      'crate::Root': 'src/lib.rs',
      'super::sib::f': 'src/a/sib.rs',
      'super::super::x': 'src/x.rs',
      'self::c::Z': 'src/a/b/c.rs',
      'c::*': 'src/a/b/c.rs',
      'crate::x::Deep': 'src/x.rs',
      'super::*': '',
      'super::super::sib': 'src/a/sib.rs',
    });
  });

  it('knows crates by their manifest', async () => {
    const { to } = await resolve({
      'app/src/main.rs':
        'use my_app::util; use other_crate::thing::T; use serde_json::Value; use std::fmt; use ::shared::S; use unknown::X; use X::*; extern crate alloc;',
      'app/Cargo.toml': `[package]
name = "my-app"
[dependencies]
serde-json = "1"
other-crate = { path = "../other" }
shared.workspace = true`,
      'Cargo.toml':
        '[workspace]\nmembers = ["app"]\n[workspace.dependencies]\nshared = { path = "libs/shared" }',
      'other/Cargo.toml': '[package]\nname = "other-crate"\n[lib]\npath = "lib/root.rs"',
      'libs/shared/Cargo.toml': '[package]\nname = "shared"',
      ...empty(
        'app/src/lib.rs',
        'app/src/util.rs',
        'other/lib/root.rs',
        'other/lib/thing.rs',
        'libs/shared/src/lib.rs',
      ),
    });
    expect(to).toEqual({
      'my_app::util': 'app/src/util.rs',
      'other_crate::thing::T': 'other/lib/thing.rs',
      'serde_json::Value': '<serde-json>',
      'std::fmt': '<std>',
      '::shared::S': 'libs/shared/src/lib.rs',
      'unknown::X': '<unknown>',
      'X::*': '',
      alloc: '<alloc>',
    });
  });

  it('survives a manifest in the middle of an edit', async () => {
    const { to } = await resolve({ 'src/lib.rs': 'use serde::De;', 'Cargo.toml': '[package\nname = ' });
    expect(to).toEqual({ 'serde::De': '<serde>' });
  });
});
