import type { Import } from '../../../../src/analysis/imports/imports.ts';
import { analyses } from '../../../../src/analysis/registry.ts';
import { openParser } from '../built-parser.ts';
import { FakeContext, noOther } from '../fake-context.ts';

const imports = analyses(openParser()).perFile.find(({ name }) => name === 'imports');

interface Resolved {
  /** By specifier: the targets, the external in angle brackets, or nothing. */
  readonly to: Readonly<Record<string, string>>;
  readonly context: FakeContext;
}

/** The imports of the first of the files. */
export async function resolve(files: Readonly<Record<string, string>>): Promise<Resolved> {
  const context = new FakeContext(files);
  const [path = ''] = Object.keys(files);
  const result = (await imports?.run({ path }, context, noOther)) as { imports: readonly Import[] };
  const to = result.imports.map(({ specifier, targets, external }) => [
    specifier,
    external === undefined ? (targets?.join(' ') ?? '') : `<${external}>`,
  ]);
  return { to: Object.fromEntries(to), context };
}

/** Files without content. */
export function empty(...paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, '']));
}
