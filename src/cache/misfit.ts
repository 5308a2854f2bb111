import * as z from 'zod';

/** Of many problems as many are told. */
const MOST_TOLD = 5;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What is wrong with what was given, in a sentence for each of the first few problems. */
export function misfit({ issues }: z.ZodError): string {
  return issues.slice(0, MOST_TOLD).map(sentence).join(' ');
}

function sentence(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  // Whoever wrote the field has said what fits.
  if (message.endsWith('.')) return message;
  const what = issue.path.length === 0 ? 'What is given' : `"${z.core.toDotPath(issue.path)}"`;
  switch (issue.code) {
    case 'unrecognized_keys':
      return `There is no ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}.`;
    case 'invalid_type':
      if (message.endsWith('received undefined')) return `${what} is missing.`;
      return `${what} is to be ${KINDS[issue.expected] ?? issue.expected}.`;
    case 'invalid_value':
      return `${what} is none of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}.`;
    case 'too_small':
      return `${what} is to be ${issue.minimum}${unit(issue.origin)} at the least.`;
    case 'too_big':
      return `${what} is to be ${issue.maximum}${unit(issue.origin)} at the most.`;
    default:
      return message.startsWith('Invalid') ? `${what} does not fit.` : `${what}: ${message}.`;
  }
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' long' : '';
}
