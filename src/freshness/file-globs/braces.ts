import { GlobError } from '../glob.ts';
import { readClass } from './path-segment.ts';

/**
 * The patterns that one with braces stands for; braces without a comma are themselves. `spend` is
 * told the length of each pattern made and throws when it has had enough.
 */
export function expandBraces(pattern: string, spend: (length: number) => void): string[] {
  spend(pattern.length);
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '[') i = classEnd(pattern, i);
    else if (pattern[i] === '{') {
      const choice = choicesAt(pattern, i);
      if (!choice) continue;
      const after = pattern.slice(choice.end + 1);
      return choice.choices.flatMap((one) => expandBraces(pattern.slice(0, i) + one + after, spend));
    }
  }
  return [pattern];
}

/** Undefined when there is no closing brace or no comma. */
function choicesAt(pattern: string, open: number): { choices: string[]; end: number } | undefined {
  const choices: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open + 1; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') i++;
    else if (char === '[') i = classEnd(pattern, i);
    else if (char === '{') depth++;
    else if (char === ',' && depth === 0) {
      choices.push(pattern.slice(from, i));
      from = i + 1;
    } else if (char === '}' && depth-- === 0) {
      const last = pattern.slice(from, i);
      if (choices.length > 0) return { choices: [...choices, last], end: i };
      if (/^-?\w+\.\.-?\w+$/.test(last)) {
        throw new GlobError(`"{${last}}" is not understood: write [1-3] or {1,2,3} for a range.`);
      }
      return undefined;
    }
  }
  return undefined;
}

function classEnd(pattern: string, start: number): number {
  const found = readClass(pattern, start);
  if (found) return found.end;
  throw new GlobError(`"${pattern}" has a "[" that begins no class: write \\[ for the character itself.`);
}
