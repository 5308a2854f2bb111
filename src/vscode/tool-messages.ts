import * as vscode from 'vscode';
import { selectorSchema } from '../freshness/selector.ts';
import type { AnyTool } from '../tools/tool.ts';
import { count, size } from './present.ts';
import type { Session } from './session.ts';

/** Fields that say best what a call is about, the first that it has. */
const TELLING = ['path', 'query', 'name', 'key', 'glob', 'pattern', 'id', 'analysis'];
/** Longest part of an input that is shown, characters. */
const LONGEST = 80;

/** What a person reads while the tool runs: "Outline of a File: src/a.ts". */
export function startMessage(tool: AnyTool, input: object): string {
  const intent = intentOf(tool, input);
  if (intent !== undefined) return intent;
  const given = input as Readonly<Record<string, unknown>>;
  const telling = TELLING.map((field) => given[field]).find(
    (value) => typeof value === 'string' && value !== '',
  );
  return telling === undefined ? tool.title : `${tool.title}: ${short(telling as string)}`;
}

/**
 * What a person is asked before a tool that removes runs: what it is about to do and how much it would
 * hit. Undefined when there is nothing to ask: it only looks, or its input does not fit.
 */
export async function askBefore(
  tool: AnyTool,
  input: object,
  open: () => Promise<Pick<Session, 'engine'> | undefined>,
): Promise<vscode.LanguageModelToolConfirmationMessages | undefined> {
  if (tool.effect !== 'removes' || !tool.input.safeParse(input).success) return undefined;
  const { preview, ...rest } = input as { readonly preview?: unknown };
  if (preview === true) return undefined;
  const message = new vscode.MarkdownString();
  message.appendText(`${intentOf(tool, input) ?? tool.summary}.`);
  const selector = selectorSchema.safeParse(rest);
  const session = selector.success ? await open() : undefined;
  if (session && selector.success) {
    const hit = await session.engine.workspace.preview(selector.data);
    message.appendMarkdown(
      `\n\nThis hits **${count(hit.entries, 'entry')}** (${size(hit.bytes)}) and can be undone: _Agent Cache: Undo Last Invalidation_.`,
    );
  }
  return { title: `${tool.title}?`, message };
}

/** In the tool's own words; undefined when it has none for this input. */
function intentOf(tool: AnyTool, input: object): string | undefined {
  const parsed = tool.intent && tool.input.safeParse(input);
  return parsed?.success ? tool.intent?.(parsed.data) : undefined;
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
