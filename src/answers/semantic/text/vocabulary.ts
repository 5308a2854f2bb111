/** Words that begin a question or a request: their case says nothing at the beginning of a sentence. */
export const OPENING = new Set(
  `how what why when where which who whose is are was were am does do did can could should would will has have
  isn't aren't doesn't don't didn't can't cannot couldn't won't wasn't what's how's where's who's
  i in if the a an this that these there my our it let tell i'd
  explain describe write show give find list add remove delete create make fix repair refactor rewrite rename
  convert generate update upgrade migrate move copy merge split sort replace review summarise summarize document
  use run test check validate format lint build deploy install set get read parse print return implement change
  translate compare suggest help search clean speed mock log open close start stop enable disable increase decrease
  encrypt decrypt allow block import export please pls plz hi hello hey thanks thank`.split(/\s+/),
);

/** Names that are written in either case and mean the same thing in both. */
export const NAMES = new Set(
  `python javascript typescript java ruby perl kotlin rust php json yaml xml csv toml html css sql http https api
  url ci cli npm pnpm git github gitlab docker kubernetes postgres postgresql mysql sqlite redis mongodb graphql
  react vue angular jest vitest eslint webpack esbuild linux macos aws jwt regex markdown cors tcp udp ssh tls`.split(
    /\s+/,
  ),
);

/** Who begins with them asks; the mark at the end says it again. */
export const ASKING = new Set(
  'how what why when where which who whose is are was were does do did can could should would will has have'.split(
    ' ',
  ),
);

export const GREETING = new Set(['hi', 'hello', 'hey']);
export const PLEASE = new Set(['please', 'pls', 'plz']);

/** "could you …" before them is a request; before others it may ask what is possible. */
export const REQUESTED = new Set(
  `explain describe write show give tell help summarise summarize refactor review fix find list generate rewrite
  document suggest`.split(/\s+/),
);

/** Nobody asks of "can you explain" whether one can. */
export const SAID = new Set([
  'explain',
  'describe',
  'show',
  'tell',
  'give',
  'help',
  'summarise',
  'summarize',
]);

/** What follows `what's` where it is short for `what is`; elsewhere it may be `what has`. */
export const AFTER_IS = new Set(['the', 'a', 'an', 'this', 'that', 'wrong', 'your', 'my', 'our']);

export const NEGATED: ReadonlyMap<string, readonly string[]> = new Map([
  ...['do', 'does', 'did', 'is', 'are', 'was', 'were', 'has', 'have', 'could', 'should', 'would', 'must'].map(
    (verb): [string, string[]] => [`${verb}n't`, [verb, 'not']],
  ),
  ["can't", ['can', 'not']],
  ['cannot', ['can', 'not']],
  ["won't", ['will', 'not']],
]);

/** Forms of one word. Nothing is in here that is also a keyword, a command or a usual name of a variable, as `args` is. */
export const SYNONYMS: readonly (readonly string[])[] = [
  ['documentation', 'docs'],
  ['repository', 'repo'],
  ['repositories', 'repos'],
  ['directory', 'folder'],
  ['directories', 'folders'],
  ['database', 'db'],
  ['databases', 'dbs'],
  ['javascript', 'js'],
  ['typescript', 'ts'],
  ['kubernetes', 'k8s'],
  ['postgresql', 'postgres'],
  ['regex', 'regexp'],
  ['fix', 'repair'],
];
