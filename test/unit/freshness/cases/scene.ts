import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ComputeContext } from '../../../../src/freshness/context.ts';
import { type Disk, FolderDisk } from '../../../../src/freshness/disk.ts';
import type { Stamp } from '../../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../../src/freshness/workspace-cache.ts';
import type { WorkspaceCacheOptions } from '../../../../src/freshness/workspace-options.ts';
import { Witness } from '../../../support/witness.ts';
import { temporaryFolder } from '../../../support/workspace.ts';
import type { Questions } from './questions.ts';

export type Answers = Readonly<Record<string, unknown>>;

export interface SceneOptions extends Partial<Omit<WorkspaceCacheOptions, 'disk'>> {
  readonly disk?: (root: string) => Disk;
  /** The questions that are asked, the others being inputs of theirs; all of them when absent. */
  readonly roots?: readonly string[];
}

/** A clock by which no change is recent, so that only the stat can give an edit away. */
export const longAfter = () => Date.now() + 60_000;
/** With such a clock two changes must not fall into one tick of the kernel's. */
const TICK_MS = 20;

/** A cache that is asked questions by name, and what was seen of it since the last change. */
export class Side {
  readonly cache: WorkspaceCache;
  readonly witness = new Witness<Stamp>();
  readonly #questions: Questions;
  readonly #roots: readonly string[];
  #computed: string[] = [];

  constructor(
    questions: Questions,
    options: Omit<WorkspaceCacheOptions, 'observer'>,
    roots: readonly string[] = Object.keys(questions),
  ) {
    this.#questions = questions;
    this.#roots = roots;
    this.cache = new WorkspaceCache({ ...options, observer: this.witness });
  }

  ask(name: string) {
    return this.cache.getOrCompute<unknown>(`case:${name}`, (context) => this.#compute(name, context));
  }

  /** Asks everything that is asked, one after the other. */
  async answers(): Promise<Answers> {
    const answers: Record<string, unknown> = {};
    for (const name of this.#roots) answers[name] = (await this.ask(name)).value;
    return answers;
  }

  #compute(name: string, context: ComputeContext): Promise<unknown> {
    const question = this.#questions[name];
    if (!question) throw new Error(`There is no question ${name}.`);
    this.#computed.push(name);
    return question(context, (below) =>
      context.entry(`case:${below}`, (inner) => this.#compute(below, inner)),
    );
  }

  get computed(): readonly string[] {
    return this.#computed.toSorted();
  }

  get left(): readonly string[] {
    return this.witness.leavings.map(({ key }) => key.slice('case:'.length)).sort();
  }

  forget(): void {
    this.#computed = [];
    this.witness.leavings.length = 0;
    this.witness.misses.length = 0;
  }
}

/**
 * A real folder, questions about it, and two caches that answer them: one hears of every change, the
 * other learns of it only by being asked. What either answers has to equal what a cache that knows
 * nothing computes (I1), and of both exactly the expected entries leave and are computed again (I2).
 */
export class Scene {
  readonly root = temporaryFolder();
  readonly disk: Disk;
  readonly hinted: Side;
  readonly asked: Side;
  readonly #questions: Questions;
  readonly #options: SceneOptions;
  readonly #versions = new Map<string, string>();

  private constructor(files: Readonly<Record<string, string>>, questions: Questions, options: SceneOptions) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.disk = options.disk?.(this.root) ?? new FolderDisk(this.root);
    this.#questions = questions;
    this.#options = options;
    this.hinted = this.#side();
    this.asked = this.#side();
  }

  /** With every question asked once. */
  static async with(
    files: Readonly<Record<string, string>>,
    questions: Questions,
    options: SceneOptions = {},
  ): Promise<Scene> {
    const scene = new Scene(files, questions, options);
    const fresh = await scene.fresh();
    for (const side of [scene.hinted, scene.asked]) expect(await side.answers()).toEqual(fresh);
    return scene;
  }

  path(path: string): string {
    return join(this.root, path);
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** What a computation answers that has nothing to remember. */
  fresh(): Promise<Answers> {
    const side = this.#side();
    for (const [producer, version] of this.#versions) side.cache.facts.declare(producer, version);
    return side.answers();
  }

  /** Says which version of a producer runs, here and in every process from now on. */
  declare(producer: string, version: string): void {
    this.#versions.set(producer, version);
    for (const { cache } of [this.hinted, this.asked]) cache.facts.declare(producer, version);
  }

  /**
   * Changes the world; then exactly these answers are to be invalid, and all to be right. Returns them.
   * `computed` names those that are computed, where others are answered by an earlier result, their
   * inputs being what they were once before.
   */
  async after(
    change: () => unknown,
    invalid: readonly string[],
    computed: readonly string[] = invalid,
  ): Promise<Answers> {
    const { hinted, asked } = this;
    for (const side of [hinted, asked]) side.forget();
    if (this.#options.now) await sleep(TICK_MS);
    await change();
    const fresh = await this.fresh();
    const expected = invalid.toSorted();
    hinted.cache.hint('');
    for (const on of ['env', 'setting', 'producer'] as const) hinted.cache.hintFact(on);
    await hinted.cache.settled();
    expect(hinted.left, 'left after the hint').toEqual(expected);
    for (const [name, side] of Object.entries({ hinted, asked })) {
      expect(await side.answers(), name).toEqual(fresh);
      expect(side.computed, `${name}: computed`).toEqual(computed.toSorted());
      expect(side.left, `${name}: left`).toEqual(expected);
    }
    return fresh;
  }

  #side(): Side {
    return new Side(this.#questions, { ...this.#options, disk: this.disk }, this.#options.roots);
  }
}
