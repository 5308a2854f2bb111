import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

const FILES = ['a.txt', 'b.txt', 'c.txt', 'lib/x.ts', 'lib/y.ts', 'lib/deep/z.ts'] as const;
const MODULES = ['mod.ts', 'mod.js', 'mod/index.ts', 'lib/mod.ts'] as const;
const FOLDERS = ['lib', 'lib/deep', 'mod'] as const;
/** Few and of one size, so that states come back and sizes give nothing away. */
const TEXTS = ['aaaa', 'bbbb', 'cccc', 'dddd'] as const;

type Saved = ReadonlyMap<string, { readonly text: string } | { readonly link: string } | 'folder'>;
interface Stamps {
  m: number;
  c: number;
}

/** A real folder that changes at random, with stamps of its own that follow the timeline's clock. */
export class World {
  readonly root: string;
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #stepped: () => void;
  /** By inode: what a file system on the timeline's clock would show, at full precision. */
  readonly #stamps = new Map<number, Stamps>();
  readonly #saved: Saved[] = [];
  readonly #facts = new Map<string, string>();
  readonly #unsaved = new Map<string, string>();
  readonly #typed: (path: string, text: string | undefined) => void;
  #unique = 0;

  /** `stepped` runs after each single change; `typed` when the text of an editor that is not saved is another one. */
  constructor(
    root: string,
    random: Random,
    clock: Clock,
    stepped: () => void,
    typed: (path: string, text: string | undefined) => void,
  ) {
    this.#typed = typed;
    this.root = root;
    this.#random = random;
    this.#clock = clock;
    this.#stepped = stepped;
    this.#stamp('', true);
    for (const path of FILES) this.write(path, random.pick(TEXTS));
    this.write('lib/y.ts', 'long enough to tell');
    this.#link('link', random.pick(FILES));
    this.#link('dir-link', 'lib');
    this.save();
  }

  unsaved(path: string): string | undefined {
    return this.#unsaved.get(path);
  }

  /** What editors show now, for a cache that is opened. */
  get editors(): ReadonlyMap<string, string> {
    return this.#unsaved;
  }

  fact(on: 'env' | 'setting', name: string): string | undefined {
    return this.#facts.get(`${on} ${name}`);
  }

  stampsOf(inode: number): Readonly<Stamps> {
    const stamps = this.#stamps.get(inode);
    if (!stamps) throw new Error(`The fuzzer changed inode ${inode} without stamping it.`);
    return stamps;
  }

  /** Remembers the state of the folder for a later checkout. */
  save(): void {
    this.#saved.push(this.#state());
  }

  /** One random change; returns what it did. */
  change(): string {
    const random = this.#random;
    const file = random.pick(random.chance(0.6) ? FILES.slice(0, 4) : [...FILES, ...MODULES]);
    const other = random.pick(FILES);
    const what = random.weighted({
      edit: 30,
      grow: 6,
      append: 4,
      rewrite: 6,
      touch: 4,
      restored: 10,
      replace: 8,
      remove: 8,
      recreate: 6,
      swap: 6,
      folder: 3,
      rmdir: 3,
      mkdir: 2,
      link: 5,
      'dir-link': 2,
      dangle: 2,
      module: 8,
      strange: 2,
      checkout: 6,
      save: 2,
      ignore: 4,
      fact: 6,
      type: 6,
      close: 5,
    });
    switch (what) {
      case 'edit':
        this.write(file, random.pick(TEXTS));
        break;
      case 'grow':
        this.write(file, random.pick(TEXTS).repeat(1 + random.below(3)));
        break;
      case 'append':
        this.write(file, `${this.#text(file) ?? ''}x`.slice(0, 40));
        break;
      case 'rewrite':
        this.write(file, this.#text(file) ?? 'aaaa');
        break;
      case 'touch':
        this.#touch(file);
        break;
      case 'restored':
        this.#keepTime(file, () => this.write(file, random.pick(TEXTS)));
        break;
      case 'replace':
        this.#replace(file, random.pick(TEXTS));
        break;
      case 'remove':
        this.#remove(file);
        break;
      case 'recreate':
        this.#remove(file);
        this.write(file, random.pick(TEXTS));
        break;
      case 'swap':
        this.#swap(file, other);
        break;
      case 'folder':
        this.#remove(file);
        this.#folder(file);
        if (random.chance(0.5)) this.write(`${file}/inner.txt`, 'aaaa');
        break;
      case 'rmdir':
        this.#remove(random.pick(FOLDERS));
        break;
      case 'mkdir':
        this.#folder(random.pick(FOLDERS));
        break;
      case 'link':
        this.#link('link', other);
        break;
      case 'dir-link':
        this.#link('dir-link', random.pick(['lib', 'lib/deep', 'mod', '.']));
        break;
      case 'dangle':
        this.#link(random.pick(['link', 'dir-link']), random.pick(['nowhere', 'link']));
        break;
      case 'module':
        if (random.chance(0.5)) this.write(random.pick(MODULES), random.pick(TEXTS));
        else this.#remove(random.pick(MODULES));
        break;
      case 'strange':
        this.write(random.pick(['lib/1', 'lib/ü n.txt', 'new.txt']), random.pick(TEXTS));
        break;
      case 'checkout':
        this.#checkout(random.pick(this.#saved));
        break;
      case 'ignore':
        this.write('.gitignore', random.pick(['', 'x.ts\n', 'lib/\n', '*.ts\n!y.ts\n', 'mod*\n']));
        break;
      case 'fact':
        this.#facts.set(random.pick(['env MODE', 'setting editor.tabSize']), random.pick(['one', 'two']));
        this.#stepped();
        break;
      case 'type': {
        const text = random.chance(0.3) ? (this.#text(file) ?? 'aaaa') : random.pick(TEXTS);
        this.#unsaved.set(file, text);
        this.#typed(file, text);
        this.#stepped();
        break;
      }
      case 'close':
        for (const path of [...this.#unsaved.keys()]) {
          this.#unsaved.delete(path);
          this.#typed(path, undefined);
        }
        this.#stepped();
        break;
      case 'save':
        if (this.#saved.length < 3) this.save();
        break;
    }
    return `${what} ${file}${what === 'swap' || what === 'link' ? ` ${other}` : ''}`;
  }

  /** As an editor writes: the file is cut to nothing first, unless the size stays. */
  write(path: string, text: string): void {
    const absolute = join(this.root, path);
    const kind = this.#lstat(path);
    if (kind === 'folder' || kind === 'link') this.#remove(path);
    this.#folder(dirname(path));
    const before = this.#text(path);
    const created = before === undefined;
    const handle = openSync(absolute, before?.length === text.length ? 'r+' : 'w');
    if (before?.length !== text.length) {
      this.#stamp(path, true);
      if (created) this.#stamp(folderOf(path), true);
      this.#stepped();
    }
    writeSync(handle, text);
    closeSync(handle);
    this.#stamp(path, true);
    this.#step();
  }

  #state(): Saved {
    const state = new Map<string, { text: string } | { link: string } | 'folder'>();
    const open = [''];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      for (const name of readdirSync(join(this.root, folder))) {
        const path = folder === '' ? name : `${folder}/${name}`;
        const kind = this.#lstat(path);
        if (kind === 'folder') open.push(path);
        if (kind === 'folder') state.set(path, 'folder');
        else if (kind === 'link') state.set(path, { link: readlinkSync(join(this.root, path)) });
        else state.set(path, { text: this.#text(path) ?? '' });
      }
    }
    return state;
  }

  #checkout(wanted: Saved): void {
    for (const path of [...this.#state().keys()].reverse()) if (!wanted.has(path)) this.#remove(path);
    for (const [path, what] of wanted) {
      if (what === 'folder') this.#folder(path);
      else if ('link' in what) this.#link(path, what.link);
      else if (this.#lstat(path) !== 'file' || this.#text(path) !== what.text) this.#replace(path, what.text);
    }
  }

  #replace(path: string, text: string): void {
    this.write('.new', text);
    if (this.#random.chance(0.3)) this.#setTime('.new', 1_600_000_000);
    this.#rename('.new', path);
  }

  #swap(one: string, other: string): void {
    if (one === other || this.#lstat(one) !== 'file' || this.#lstat(other) !== 'file') return;
    this.#rename(one, '.swap');
    this.#rename(other, one);
    this.#rename('.swap', other);
  }

  #rename(from: string, to: string): void {
    this.#folder(dirname(to));
    if (this.#lstat(to) === 'folder') this.#remove(to);
    renameSync(join(this.root, from), join(this.root, to));
    this.#stamp(to, false);
    this.#stamp(folderOf(from), true);
    this.#stamp(folderOf(to), true);
    this.#step();
  }

  #remove(path: string): void {
    const kind = this.#lstat(path);
    if (kind === undefined) return;
    if (kind === 'folder') {
      for (const name of readdirSync(join(this.root, path))) this.#remove(`${path}/${name}`);
      rmSync(join(this.root, path), { recursive: true });
    } else unlinkSync(join(this.root, path));
    this.#stamp(folderOf(path), true);
    this.#step();
  }

  #folder(path: string): void {
    if (path === '' || path === '.' || this.#lstat(path) === 'folder') return;
    this.#folder(dirname(path));
    this.#remove(path);
    mkdirSync(join(this.root, path));
    this.#stamp(path, true);
    this.#stamp(folderOf(path), true);
    this.#step();
  }

  /** The target is given from the root; links lie in the root. */
  #link(path: string, target: string): void {
    this.#remove(path);
    symlinkSync(target, join(this.root, path));
    this.#stamp(folderOf(path), true);
    this.#step();
  }

  #touch(path: string): void {
    if (this.#lstat(path) !== 'file') return;
    if (this.#random.chance(0.5)) {
      this.#setTime(path, 1_500_000_000 + this.#random.below(3));
    } else {
      utimesSync(join(this.root, path), new Date(), new Date());
      this.#stamp(path, true);
      this.#step();
    }
  }

  #setTime(path: string, seconds: number): void {
    utimesSync(join(this.root, path), seconds, seconds);
    this.#stamp(path, false);
    this.#stampsAt(path).m = seconds * 1000;
    this.#step();
  }

  #keepTime(path: string, work: () => void): void {
    const then = this.#lstat(path) === 'file' ? this.#stampsAt(path).m : undefined;
    work();
    if (then === undefined) return;
    this.#stamp(path, false);
    this.#stampsAt(path).m = then;
    this.#step();
  }

  #text(path: string): string | undefined {
    return this.#lstat(path) === 'file' ? readFileSync(join(this.root, path), 'utf8') : undefined;
  }

  #lstat(path: string): 'file' | 'folder' | 'link' | undefined {
    try {
      const stat = lstatSync(join(this.root, path), { throwIfNoEntry: false });
      return stat && (stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'file');
    } catch {
      return undefined; // a file where a folder would have to be
    }
  }

  #stampsAt(path: string): Stamps {
    return this.#stamps.get(lstatSync(join(this.root, path)).ino) as Stamps;
  }

  /** As the file system does; no two stamps are equal before a coarse disk cuts them. */
  #stamp(path: string, modified: boolean): void {
    const { ino } = lstatSync(join(this.root, path));
    const time = this.#clock.time + ++this.#unique * 0.001;
    const m = modified ? time : (this.#stamps.get(ino)?.m ?? time);
    this.#stamps.set(ino, { m, c: time });
  }

  #step(): void {
    this.#clock.time += this.#random.pick([0, 0, 0, 0.3, 2, 15]);
    this.#stepped();
  }
}

function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder;
}
