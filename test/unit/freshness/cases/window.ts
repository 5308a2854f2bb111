import { FileLevel } from '../../../../src/cache/file-level.ts';
import { Namespaces } from '../../../../src/cache/namespace.ts';
import { Policies } from '../../../../src/cache/policy/scopes.ts';
import { SharedLevel } from '../../../../src/cache/shared/shared-level.ts';
import type { FileDatabase } from '../../../../src/cache/stores/store.ts';
import { type Disk, FolderDisk } from '../../../../src/freshness/disk.ts';
import type { FactSources } from '../../../../src/freshness/facts.ts';
import { GenerationStore } from '../../../../src/freshness/generation-store.ts';
import { compileGlob } from '../../../../src/freshness/glob.ts';
import { type MemoryServer, MemoryStore } from '../../shared/memory-store.ts';
import type { Questions } from './questions.ts';
import { Side } from './scene.ts';

export interface WindowOptions {
  readonly questions: Questions;
  /** Of the file level; none when absent. */
  readonly database?: FileDatabase;
  /** Of the shared level; none when absent. */
  readonly server?: MemoryServer;
  readonly now?: () => number;
  readonly facts?: FactSources;
  /** The folder itself when absent. */
  readonly disk?: Disk;
}

/** A folder as one window on it sees it, with the levels below memory that it is given. */
export class Window extends Side {
  readonly problems: string[];
  readonly #settle: () => Promise<void>;

  private constructor(root: string, options: WindowOptions, problems: string[]) {
    const { questions, database, server, now, facts, disk = new FolderDisk(root) } = options;
    const problem = ({ message }: Error) => void problems.push(message);
    const matches = (pattern: string, key: string) => compileGlob(pattern)(key);
    const shared =
      server && new SharedLevel(new MemoryStore(server), { problem, matches, pollMs: 3_600_000 });
    const policies = new Policies({ global: { '*': { sensitivity: 'none' } } });
    const generations = database && new GenerationStore(database);
    super(questions, {
      disk,
      namespaces: new Namespaces((namespace, agent) => policies.resolve(namespace, agent)),
      ...(now && { now }),
      ...(facts && { facts }),
      ...(shared && { shared }),
      ...(database && { file: new FileLevel(database, problem) }),
      ...(generations && { saveBump: (bump) => generations.save(bump) }),
    });
    this.problems = problems;
    this.#settle = async () => {
      await this.cache.cache.flush();
      await shared?.flush();
    };
  }

  static async open(root: string, options: WindowOptions): Promise<Window> {
    const window = new Window(root, options, []);
    if (options.database) await new GenerationStore(options.database).load(window.cache.generations);
    return window;
  }

  /** Settles when the levels below memory have everything. */
  settled(): Promise<void> {
    return this.#settle();
  }

  async close(): Promise<void> {
    await this.settled();
    await this.cache.cache.close();
  }
}
