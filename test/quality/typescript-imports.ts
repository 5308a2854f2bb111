import { posix } from 'node:path';
import ts from 'typescript';
import type { FileId } from '../../src/freshness/context.ts';

/** What the compiler says a file imports: `specifier -> file` for those that it resolves to workspace files. */
export class CompilerImports {
  readonly #root: string;
  readonly #options = new Map<string, ts.CompilerOptions>();

  /** An absolute path. */
  constructor(root: string) {
    this.#root = root;
  }

  specifiers(text: string): ReadonlySet<string> {
    const found = ts.preProcessFile(text, true, true);
    const all = [...found.importedFiles, ...found.referencedFiles, ...found.typeReferenceDirectives];
    return new Set(all.map(({ fileName }) => fileName));
  }

  /** Undefined for what is not in the workspace. */
  target(path: FileId, specifier: string): FileId | undefined {
    const from = posix.join(this.#root, path);
    const { resolvedModule } = ts.resolveModuleName(specifier, from, this.#optionsFor(from), ts.sys);
    const file = resolvedModule?.resolvedFileName;
    if (!file?.startsWith(`${this.#root}/`) || file.includes('/node_modules/')) return undefined;
    return file.slice(this.#root.length + 1);
  }

  /** Of the nearest tsconfig.json. */
  #optionsFor(file: string): ts.CompilerOptions {
    const config = ts.findConfigFile(posix.dirname(file), ts.sys.fileExists) ?? '';
    const known = this.#options.get(config);
    if (known) return known;
    const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
    const parsed = config ? ts.getParsedCommandLineOfConfigFile(config, {}, host)?.options : undefined;
    const options = { ...parsed, allowJs: true, moduleResolution: ts.ModuleResolutionKind.Bundler };
    this.#options.set(config, options);
    return options;
  }
}
