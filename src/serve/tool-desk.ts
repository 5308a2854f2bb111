import type { Engine } from '../engine/engine.ts';
import { TOOLS } from '../tools/catalog.ts';
import type { LanguageHost } from '../tools/language-host.ts';
import { type AnyTool, ToolError } from '../tools/tool.ts';
import type { Asking } from './asking.ts';
import { MOST_ANSWER } from './limits.ts';

/** What a tool gave, and its JSON. */
export interface ToolAnswer {
  readonly value: object;
  readonly text: string;
}

/** Hands out the tools of the catalog that can be used here and now, and runs them. */
export class ToolDesk {
  readonly #engine: Engine;
  readonly #languages: LanguageHost | undefined;
  readonly #disabled: () => readonly string[];

  /** `disabled` names tools as the catalog does, and is asked every time. */
  constructor(engine: Engine, languages: LanguageHost | undefined, disabled: () => readonly string[]) {
    this.#engine = engine;
    this.#languages = languages;
    this.#disabled = disabled;
  }

  get tools(): readonly AnyTool[] {
    const disabled = this.#disabled();
    return TOOLS.filter(
      ({ name, needsLanguageHost }) =>
        !disabled.includes(name) && (this.#languages !== undefined || needsLanguageHost !== true),
    );
  }

  find(name: string): AnyTool | undefined {
    return this.tools.find((tool) => tool.name === name);
  }

  /** `input` is what the tool's schema made of it. Rejects with what the tool throws, and with a ToolError for an answer that is too large. */
  async run(tool: AnyTool, input: unknown, asking: Asking): Promise<ToolAnswer> {
    const languages = this.#languages;
    const context = { ...asking, engine: this.#engine, ...(languages && { languages }) };
    const value = await tool.run(input, context);
    return { value, text: within(JSON.stringify(value)) };
  }
}

/** The JSON of an answer, as it is; throws a ToolError for one that would flood whoever asked. */
export function within(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MOST_ANSWER) return text;
  throw new ToolError(
    `The answer has ${bytes} bytes, and ${MOST_ANSWER} are given at the most: ask for less, with a smaller "maxTokens", or a narrower path, query or glob.`,
  );
}
