import { posix } from 'node:path';

const EXTENSIONS = {
  typescript: ['.ts', '.mts', '.cts'],
  tsx: ['.tsx'],
  javascript: ['.js', '.jsx', '.mjs', '.cjs'],
  python: ['.py', '.pyi', '.pyw'],
  go: ['.go'],
  rust: ['.rs'],
  java: ['.java'],
  csharp: ['.cs'],
  cpp: ['.c', '.h', '.cc', '.cpp', '.cxx', '.hh', '.hpp', '.hxx', '.inl', '.ipp'],
  ruby: ['.rb', '.rake', '.gemspec'],
  php: ['.php'],
  bash: ['.sh', '.bash'],
  css: ['.css'],
} as const;

/** C is read with the C++ grammar, JSX with the JavaScript one. */
export type LanguageId = keyof typeof EXTENSIONS;

export const LANGUAGES = Object.keys(EXTENSIONS) as readonly LanguageId[];

const FILE_NAMES = new Map<string, LanguageId>([
  ['rakefile', 'ruby'],
  ['gemfile', 'ruby'],
  ['.bashrc', 'bash'],
  ['.bash_profile', 'bash'],
  ['.profile', 'bash'],
]);

const BY_EXTENSION = new Map<string, LanguageId>(
  LANGUAGES.flatMap((language) =>
    EXTENSIONS[language].map((extension): [string, LanguageId] => [extension, language]),
  ),
);

/** Matches the files that some grammar reads, in whichever folder. */
export const SOURCE_GLOB = `**/{${[
  ...[...BY_EXTENSION.keys()].map((extension) => `*${extension}`),
  'Rakefile',
  'Gemfile',
  '.bashrc',
  '.bash_profile',
  '.profile',
].join(',')}}`;

/** From the file's name alone; undefined when no grammar reads it. */
export function languageOf(path: string): LanguageId | undefined {
  const name = posix.basename(path).toLowerCase();
  return BY_EXTENSION.get(posix.extname(name)) ?? FILE_NAMES.get(name);
}
