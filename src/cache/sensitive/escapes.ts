/**
 * JSON and string-literal escapes (however often escaped again), percent-encoding and terminal
 * colours. A rule that wants no letter before a token would otherwise take the `n` of `\n` for one.
 */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with it
  /(?<!\\)\\+(?:[nrtbfv0"'`/]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})|%[0-9A-Fa-f]{2}|\x1b\[[0-9;?]{0,16}[A-Za-z]/g;

/**
 * The text as the rules read it: escapes are blanked, each by as many characters as it had, so that
 * what is found lies at the same place in the original.
 */
export function blankEscapes(text: string): string {
  if (!text.includes('\\') && !text.includes('%') && !text.includes('\x1b')) return text;
  return text.replace(ESCAPES, (written) => {
    // Still a character of a URL's user and password, where a blank would end them.
    if (written.startsWith('%')) return '%%%';
    return (punctuation(written) ?? '').padStart(written.length);
  });
}

/** What an escape stands for, where the rules look for it. */
function punctuation(written: string): string | undefined {
  const code = /\\[ux]([0-9A-Fa-f]+)$/.exec(written)?.[1];
  const character = code === undefined ? written.at(-1) : String.fromCharCode(Number.parseInt(code, 16));
  return character && /[!-/:-@[-`{-~]/.test(character) ? character : undefined;
}
