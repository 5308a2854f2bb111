import type { SecretKind } from './secret-kinds.ts';

/** A place where secrets turn up; what stands around them is innocent. */
export interface Position {
  readonly name: string;
  readonly place: (text: string) => unknown;
  /** Reads the text around the secret back, to see that it was left alone. */
  readonly intact: (value: never) => boolean;
  readonly fits: (kind: SecretKind) => boolean;
}

const anywhere = () => true;
const inOneLine = (kind: SecretKind) => !kind.isLines;
const bare = (kind: SecretKind) => !kind.isLines && !kind.around;

const includes =
  (...parts: string[]) =>
  (value: string) =>
    parts.every((part) => value.includes(part));

const ESC = '\x1b';

export const POSITIONS: readonly Position[] = [
  { name: 'alone', place: (text) => text, intact: anywhere, fits: anywhere },
  {
    name: 'in JSON',
    place: (text) => JSON.stringify({ user: 'ann', note: text, last: 'end' }, null, 2),
    intact: (value: string) => JSON.parse(value).user === 'ann' && JSON.parse(value).last === 'end',
    fits: anywhere,
  },
  {
    name: 'in minified JSON',
    place: (text) => JSON.stringify({ user: 'ann', a: [text], note: text, last: { at: 'x@y.io' } }),
    intact: (value: string) => JSON.parse(value).user === 'ann' && JSON.parse(value).last.at === 'x@y.io',
    fits: anywhere,
  },
  {
    name: 'in JSON within JSON within JSON',
    place: (text) =>
      JSON.stringify({ body: JSON.stringify({ log: JSON.stringify(`first\n${text}\nlast`) }) }),
    intact: (value: string) => JSON.parse(JSON.parse(JSON.parse(value).body).log).endsWith('last'),
    fits: anywhere,
  },
  {
    name: 'in a .env line',
    place: (text) => `PORT=8080\nSERVICE_SECRET=${text}\nDEBUG=1\n`,
    intact: includes('PORT=8080\nSERVICE_SECRET=', '\nDEBUG=1\n'),
    fits: anywhere,
  },
  {
    name: 'in a quoted .env line',
    place: (text) => `PORT=8080\r\nSERVICE_SECRET="${text}"\r\nDEBUG=1\r\n`,
    intact: includes('PORT=8080\r\nSERVICE_SECRET="', '"\r\nDEBUG=1\r\n'),
    fits: anywhere,
  },
  {
    name: "in a URL's query",
    place: (text) => `GET https://api.acme.io/v1/items?limit=10&token=${text}&sort=name HTTP/1.1`,
    intact: includes('GET https://api.acme.io/v1/items?limit=10&token=', '&sort=name HTTP/1.1'),
    fits: bare,
  },
  {
    name: "in a percent-encoded URL's query",
    place: (text) => `https://acme.io/login?next=%2Fitems%3Ftoken%3D${text}%26sort%3Dname`,
    intact: includes('https://acme.io/login?next=%2Fitems%3Ftoken%3D', '%26sort%3Dname'),
    fits: bare,
  },
  {
    name: 'in a stack trace',
    place: (text) =>
      `Error: request failed with ${text}: 401\n    at Client.send (/app/src/client.ts:42:13)\n    at run (/app/src/main.ts:7:3)`,
    intact: includes('Error: request failed with ', ': 401\n    at Client.send (/app/src/client.ts:42:13)'),
    fits: inOneLine,
  },
  {
    name: 'in a diff',
    place: (text) =>
      [
        '--- a/config.ts',
        '+++ b/config.ts',
        '@@ -1,2 +1,2 @@',
        ...`const value = \`${text}\`;`.split('\n').map((line) => `+${line}`),
        ' export default value;',
      ].join('\n'),
    intact: includes(
      '--- a/config.ts\n+++ b/config.ts\n@@ -1,2 +1,2 @@\n+const value = `',
      ' export default value;',
    ),
    fits: anywhere,
  },
  {
    name: 'removed in a diff',
    place: (text) => ['@@ -1,2 +0,0 @@', ...text.split('\n').map((line) => `-${line}`), ' rest'].join('\n'),
    intact: includes('@@ -1,2 +0,0 @@\n', '\n rest'),
    fits: anywhere,
  },
  {
    name: 'in numbered lines',
    place: (text) =>
      ['before', ...text.split('\n'), 'after']
        .map((line, i) => `${String(i + 9).padStart(6)}\t${line}`)
        .join('\n'),
    intact: includes('     9\tbefore\n', '\tafter'),
    fits: anywhere,
  },
  {
    name: 'quoted in an e-mail',
    place: (text) =>
      `Hi,\n${text
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n')}\nBye`,
    intact: includes('Hi,\n> ', '\nBye'),
    fits: anywhere,
  },
  {
    name: 'coloured in a terminal',
    place: (text) => `${ESC}[32m${text}${ESC}[0m done`,
    intact: includes(`${ESC}[32m`, `${ESC}[0m done`),
    fits: inOneLine,
  },
  {
    name: 'in source code',
    place: (text) => `import x from 'x';\nconst client = new Client('${text}');\nclient.run();`,
    intact: includes("import x from 'x';\nconst client = new Client('", "');\nclient.run();"),
    fits: inOneLine,
  },
  {
    name: 'in a string literal of source code',
    place: (text) => `log("first\\n${text.replaceAll('\n', '\\n')}\\nlast");`,
    intact: includes('log("first\\n', '\\nlast");'),
    fits: anywhere,
  },
  {
    name: 'in YAML',
    place: (text) => `env:\n  - name: A\n    value: |\n${text.replace(/^/gm, '      ')}\nkind: Pod\n`,
    intact: includes('env:\n  - name: A\n    value: |\n      ', '\nkind: Pod\n'),
    fits: anywhere,
  },
  {
    name: 'in Markdown',
    place: (text) => `Use \`${text}\` (do not share), then **go**.`,
    intact: includes('Use `', '` (do not share), then **go**.'),
    fits: inOneLine,
  },
  {
    name: 'in a shell command',
    place: (text) => `curl -sS -H "${text}" https://api.acme.io/v1 | jq .`,
    intact: includes('curl -sS -H "', '" https://api.acme.io/v1 | jq .'),
    fits: inOneLine,
  },
  {
    name: 'in a table',
    place: (text) => `| name | value |\n| --- | --- |\n| key | ${text} |\n| end | 1 |`,
    intact: includes('| name | value |\n', ' |\n| end | 1 |'),
    fits: inOneLine,
  },
  {
    name: 'deep in a value',
    place: (text) => ({ calls: [{ args: { list: [1, text, 2] } }], ok: true }),
    intact: (value: { calls: [{ args: { list: unknown[] } }]; ok: boolean }) =>
      value.ok && value.calls[0].args.list[0] === 1 && value.calls[0].args.list[2] === 2,
    fits: anywhere,
  },
  {
    name: 'in an array of lines',
    place: (text) => ['first', ...text.split('\n'), 'last'],
    intact: (value: string[]) => value[0] === 'first' && value.at(-1) === 'last',
    fits: anywhere,
  },
  {
    name: 'as a name',
    place: (text) => ({ seen: { [text]: 3 }, ok: true }),
    intact: (value: { seen: Record<string, number>; ok: boolean }) =>
      value.ok && Object.values(value.seen).join() === '3',
    fits: anywhere,
  },
  {
    name: 'in a Map and a Set',
    place: (text) =>
      new Map<string, unknown>([
        ['a', text],
        ['b', new Set([text, 'c'])],
      ]),
    intact: (value: Map<string, Set<string>>) => value.size === 2 && Boolean(value.get('b')?.has('c')),
    fits: anywhere,
  },
  {
    name: 'in a Buffer',
    place: (text) => ({ file: Buffer.from(`größe\n${text}\nende`) }),
    intact: (value: { file: Buffer }) => /^größe\n[\s\S]*\nende$/.test(value.file.toString()),
    fits: anywhere,
  },
];
