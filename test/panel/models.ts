/** What agents ask models through the proxy: retries, fan-out, the same put otherwise, and what goes wrong. */
import type { Connection } from '../../src/serve/connection-file.ts';
import { edit } from '../agent-session/work-day.ts';
import { BREAKS_OFF } from './provider.ts';

interface Question {
  readonly text: string;
  readonly agent: string;
  readonly model: 'gpt-5' | 'claude-sonnet-4-5';
  /** A file that the answer rests on. */
  readonly reads?: string;
  readonly temperature?: number;
}

const review = (file: string, of: string): Question => ({
  text: `Review ${file} for ${of}`,
  ...{ agent: 'ci-evals', model: 'claude-sonnet-4-5', reads: file },
});
const SUMMARY: Question = {
  ...{ text: 'Summarise the diff in one line', agent: 'aider', model: 'claude-sonnet-4-5' },
};
const TITLE: Question = { text: 'Write a title for this session', agent: 'cline', model: 'gpt-5' };
const RETRIES: Question = {
  ...{ text: 'Which tests cover the retry of uploads?', agent: 'aider', model: 'claude-sonnet-4-5' },
};
const RENAME: Question = {
  text: 'Rename `openFile` to `openDatabase` in src/engine/levels.ts and update all of its callers, then run the unit tests and tell me what fails',
  ...{ agent: 'codex', model: 'gpt-5' },
};
const SAFE: Question = {
  text: 'Is this change of src/protocol.ts safe?',
  ...{ agent: 'codex', model: 'gpt-5', reads: 'src/protocol.ts' },
};
const REVIEWS = ['src/protocol.ts', 'src/engine/engine.ts', 'src/cache/cache.ts', 'webview/dom.ts'].flatMap(
  (file) => ['naming', 'race conditions', 'missing tests'].map((of) => review(file, of)),
);
const otherwise = (question: Question, text: string): Question => ({ ...question, text });

/** Asks as agents do, the last things last; `workspace` is edited on the way. */
export async function askModels(server: Connection, workspace: string): Promise<void> {
  const ask = (question: Question) => asked(server, question);
  const all = [...REVIEWS, SUMMARY, TITLE, RETRIES, RENAME, SAFE];
  for (let from = 0; from < all.length; from += 4) await Promise.all(all.slice(from, from + 4).map(ask));
  // An evaluation that runs again, twice.
  for (const question of [...REVIEWS, ...REVIEWS]) await ask(question);
  await ask(otherwise(RETRIES, 'Which tests cover the retry of downloads?'));
  await ask(otherwise(SUMMARY, 'Summarise the diff in one paragraph'));
  await ask({ ...TITLE, text: 'Think of three names for this module', temperature: 1 });
  await ask({ ...RENAME, text: `Write the ${BREAKS_OFF} of this version` });
  const routes = { ...SAFE, text: 'List the routes of the server', reads: 'src/serve/routes.ts' };
  await Promise.all([routes, routes].map(ask));
  edit(workspace, 'src/protocol.ts', 'line', 0);
  for (const question of [SAFE, RENAME]) await ask(question);
  await ask(otherwise(SUMMARY, 'please summarise the diff in one line'));
  for (const question of [TITLE, RETRIES]) await ask(question);
}

async function asked({ url, token }: Connection, question: Question): Promise<void> {
  const { text, agent, model, reads, temperature = 0 } = question;
  const path = model === 'gpt-5' ? '/openai/v1/chat/completions' : '/anthropic/v1/messages';
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer sk-stand-in',
      'x-agent-cache-token': token,
      'x-agent-cache-agent': agent,
      ...(reads && { 'x-agent-cache-reads': reads }),
    },
    body: JSON.stringify({
      model,
      temperature,
      max_tokens: 500,
      messages: [{ role: 'user', content: text }],
    }),
  });
  await response.text().catch(() => {}); // one of them breaks off
}
