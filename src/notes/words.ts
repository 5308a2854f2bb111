const WORD = /[\p{L}\p{N}_]+/gu;
/** Where an identifier is made of several words: `fileLevel`, `HTTPServer`, `file_level`. */
const JOINT = /_+|(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/** The words of a text in lower case; an identifier counts as a whole and by its parts. */
export function* words(text: string): Generator<string> {
  for (const [word] of text.matchAll(WORD)) {
    yield word.toLowerCase();
    const parts = word.split(JOINT);
    if (parts.length > 1) for (const part of parts) if (part !== '') yield part.toLowerCase();
  }
}
