import { readFileSync, writeFileSync } from 'node:fs';
import { type Circumstances, type Figure, markdown } from './report.ts';

const BEGIN = '<!-- bench -->';
const END = '<!-- /bench -->';

type Rewrite = (circumstances: Circumstances, figures: readonly Figure[]) => void;

/** Puts figures between the two marker comments of a Markdown file. Throws now if it lacks them. */
export function readme(file: string): Rewrite {
  const text = readFileSync(file, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`${file} lacks the lines ${BEGIN} and ${END}, in this order.`);
  const head = text.slice(0, begin + BEGIN.length);
  return (circumstances, figures) =>
    writeFileSync(file, `${head}\n\n${markdown(circumstances, figures)}\n\n${text.slice(end)}`);
}
