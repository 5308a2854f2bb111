import { expect, it } from 'vitest';
import { empty, resolve } from './resolving.ts';

it('leads to the package’s folder in the module, and names other modules', async () => {
  const { to, context } = await resolve({
    'svc/cmd/main.go':
      'package main\nimport ("fmt"; "example.com/svc"; "example.com/svc/internal/store"; "example.com/svc/gone"; "example.com/svcx"; "github.com/a/b/v2/sub")',
    'svc/go.mod': `module example.com/svc // the service
go 1.22
require (
	github.com/a/b/v2 v2.1.0
	github.com/a v1.0.0 // indirect
)`,
    ...empty('svc/internal/store/store.go', 'svc/main.go'),
  });
  expect(to).toEqual({
    fmt: '<fmt>',
    'example.com/svc': 'svc',
    'example.com/svc/internal/store': 'svc/internal/store',
    'example.com/svc/gone': '',
    'example.com/svcx': '<example.com/svcx>',
    'github.com/a/b/v2/sub': '<github.com/a/b/v2>',
  });
  expect(context.absent).toEqual(['svc/cmd/go.mod', 'svc/cmd/go.work', 'svc/go.work', 'go.work', 'svc/gone']);
});

it('follows replace and go.work to other folders', async () => {
  const { to } = await resolve({
    'a/main.go': 'package main\nimport ("example.com/b/x"; "example.com/c/y")',
    'a/go.mod': 'module example.com/a\nreplace example.com/b v1.0.0 => ../vendored/b\n',
    'go.work': 'go 1.22\nuse (\n\t./a\n\t./c // the other\n)\n',
    'c/go.mod': 'module example.com/c\n',
    ...empty('vendored/b/x/x.go', 'c/y/y.go'),
  });
  expect(to).toEqual({ 'example.com/b/x': 'vendored/b/x', 'example.com/c/y': 'c/y' });
});
