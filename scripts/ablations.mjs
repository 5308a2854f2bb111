/** Where the cases are. */
export const CASES = 'test/unit/freshness/cases';

const CAPTURE = 'src/freshness/capture.ts';
const RECORD = '#depend(question: string, dependency: Dependency): void {';
const RACY = 'src/freshness/racy.ts';
const VERIFICATION = 'src/freshness/verification.ts';

/** Inputs for which this holds are not written down. */
const unrecorded = (name, condition, expects, cases) => {
  return {
    name,
    file: CAPTURE,
    find: RECORD,
    replace: `${RECORD}\n    if (${condition}) return;`,
    expects,
    cases,
  };
};

/**
 * What is taken out, by which edit (`find` is to be there exactly once), which test has to miss it
 * (a part of its name), and the files that are run.
 */
export const ABLATIONS = [
  unrecorded('content', "dependency.on === 'content' && dependency.digest !== null", 'case 01', [
    'edits',
    'renames',
    'links',
  ]),
  unrecorded(
    'absence',
    "('path' in dependency) && (dependency.on === 'kind' ? dependency.kind : dependency.digest) === null",
    'case 15',
    ['absence', 'links'],
  ),
  unrecorded('kind', "dependency.on === 'kind' && dependency.kind !== null", 'case 15', [
    'absence',
    'renames',
  ]),
  unrecorded('names', "dependency.on === 'names' && dependency.digest !== null", 'case 18', [
    'absence',
    'renames',
  ]),
  unrecorded('glob', "dependency.on === 'glob'", 'case 17', ['globs']),
  unrecorded('entry', "dependency.on === 'entry'", 'case 33', ['entries']),
  unrecorded('env', "dependency.on === 'env'", 'case 43', ['facts']),
  unrecorded('setting', "dependency.on === 'setting'", 'case 43', ['facts']),
  unrecorded('producer', "dependency.on === 'producer'", 'case 43', ['facts']),
  {
    name: 'topic',
    file: CAPTURE,
    find: "this.#topics.push(named('topic', name));",
    replace: "named('topic', name);",
    expects: 'case 43',
    cases: ['facts'],
  },
  {
    name: 'racy re-hash',
    file: RACY,
    find: 'export function isRacy(known: Seen, now: number): boolean {',
    replace: 'export function isRacy(known: Seen, now: number): boolean {\n  return false;',
    expects: 'case 05',
    cases: ['clocks', 'globs'],
  },
  {
    name: 'change time',
    file: RACY,
    find: 'a.ctimeMs === b.ctimeMs &&',
    replace: '',
    expects: 'case 02',
    cases: ['edits', 'closed'],
  },
  {
    name: 'inode',
    file: RACY,
    find: 'a.ino === b.ino &&',
    replace: '',
    expects: 'case 03',
    cases: ['edits', 'clocks'],
  },
  {
    name: 'verify before storing',
    file: 'src/cache/computing.ts',
    find: 'const moved = draft.moved',
    replace: 'const moved = true ? undefined : draft.moved',
    expects: 'case 29',
    cases: ['computations', 'states'],
  },
  {
    name: 'generation at the start',
    file: CAPTURE,
    find: 'started: this.#started,',
    replace: 'started: this.#generations.sequence,',
    expects: 'case 29',
    cases: ['computations', 'facts'],
  },
  {
    name: 'together-check',
    file: VERIFICATION,
    find: 'const together = this.#heldTogether(stamp',
    replace: 'const together = true || this.#heldTogether(stamp',
    expects: 'case 30',
    cases: ['states'],
  },
  {
    name: 'overlay',
    file: 'src/freshness/overlay-disk.ts',
    find: 'this.#edited.set(path, { edit: ++this.#edits, text });',
    replace: '',
    expects: 'case 41',
    cases: ['buffers', 'edits'],
  },
  {
    name: 'state of an overlay',
    file: 'src/freshness/overlay-disk.ts',
    find: 'ctimeMs: edited.edit',
    replace: 'ctimeMs: 1',
    expects: 'case 41',
    cases: ['buffers'],
  },
  {
    name: 'clock set back',
    file: RACY,
    find: ' || known.at > now;',
    replace: ';',
    expects: 'case 40',
    cases: ['clocks'],
  },
  {
    name: 'one answer to a question',
    file: CAPTURE,
    find: 'if (this.#answers.has(question))',
    replace: 'if (false)',
    expects: 'case 31',
    cases: ['states', 'facts'],
  },
  {
    name: 'what a link leads to',
    file: 'src/freshness/disk.ts',
    find: 'if (stat?.isSymbolicLink()) stat =',
    replace: 'if (false) stat =',
    expects: 'case 21',
    cases: ['links'],
  },
  {
    name: 'the folder as a border',
    file: 'src/freshness/disk.ts',
    find: 'if (this.#holds(real)) return real;',
    replace: 'if (this.#holds(real) || true) return real;',
    expects: 'case 20',
    cases: ['links'],
  },
  {
    name: 'sum of a stored value',
    file: 'src/cache/file/values.ts',
    find: 'if (bytes && crc32(bytes) === variant.sum)',
    replace: 'if (bytes)',
    expects: 'case 37',
    cases: ['stores'],
  },
  {
    name: 'doubt about what cannot be looked at',
    file: VERIFICATION,
    find: "if (state.kind === 'unreadable') return false;",
    replace: '',
    expects: 'case 45',
    cases: ['faults'],
  },
  {
    name: 'cascade of a hint',
    file: 'src/freshness/indexing.ts',
    find: 'hint(above);',
    replace: ';',
    expects: 'case 32',
    cases: ['entries'],
  },
  {
    name: 'sum of a shared value',
    file: 'src/cache/shared/shared-level.ts',
    find: 'crc32(bytes) === variant.sum && ',
    replace: '',
    expects: 'case 46',
    cases: ['faults'],
  },
];
