import { describe, expect, it } from 'vitest';
import { settleFindings } from '../../../src/cache/sensitive/finding.ts';
import { scan } from '../../../src/cache/sensitive/scan.ts';
import { Random } from './random.ts';

const random = new Random(7);
const github = `gh${'p_'}${random.word(36)}`;

/** The text with every finding named in its place. */
async function read(text: string): Promise<string> {
  let rest = text;
  for (const { rule, start, end } of (await scan(text)).reverse())
    rest = `${rest.slice(0, start)}<${rule}>${rest.slice(end)}`;
  return rest;
}

describe('what is found in a text', () => {
  it('is named by its kind', async () => {
    const aws = `AK${'IA'}${random.upper(16)}`;
    const stripe = `sk${'_live_'}${random.word(24)}`;
    expect(await read(`a ${github} b ${aws} c ${stripe} d`)).toBe(
      'a <github-token> b <aws-access-key> c <stripe-secret-key-live> d',
    );
  });

  it('is found although the text says that nothing shall be', async () => {
    expect(await read(`// secretlint-disable\n${github} // secretlint-disable-line`)).toBe(
      '// secretlint-disable\n<github-token> // secretlint-disable-line',
    );
  });

  it('is at its place after a byte order mark', async () => {
    expect(await read(`\ufeff${github} end`)).toBe('\ufeff<github-token> end');
  });

  it.each([
    ['a line break', '\\n'],
    ['a tab in JSON within JSON', '\\\\t'],
    ['a quote', '\\"'],
    ['a slash', '\\/'],
    ['an equals sign of a Go server', '\\u003d'],
    ['a percent-encoded equals sign', '%3D'],
    ['a terminal colour', '\x1b[1;32m'],
  ])('is found right behind an escaped character: %s', async (_, before) => {
    expect(await read(`x${before}${github}${before}y`)).toBe(`x${before}<github-token>${before}y`);
  });

  it('takes along what is joined to a token, so that no half of it is left', async () => {
    const slack = `xapp${'-1-'}A${random.upper(10)}-${random.digits(13)}-${random.hex(64)}`;
    expect(await read(`"${slack}_extra-end" rest`)).toBe('"<slack-token>" rest');
    expect(await read(`key_${github}-x.`)).toBe('<github-token>.');
  });

  it('keeps what stands around the credentials of a URL', async () => {
    expect(await read('postgres://app:s3cr3t-Pa55@db.acme.io:5432/main?sslmode=require')).toBe(
      'postgres://<url-credentials>@db.acme.io:5432/main?sslmode=require',
    );
    expect(await read('{"a":"redis://:hunter22@h:1/0","b":"x@y"}')).toBe(
      '{"a":"redis://<url-credentials>@h:1/0","b":"x@y"}',
    );
  });

  it('is a whole key, whatever stands before its lines', async () => {
    const lines = [
      `-----BEGIN EC ${'PRIVATE KEY-----'}`,
      random.base64(64),
      random.base64(64),
      `-----END EC ${'PRIVATE KEY-----'}`,
    ];
    const numbered = lines.map((line, i) => `  ${i + 1}→ ${line}`).join('\n');
    expect(await read(`a\n${numbered}\nb`)).toBe('a\n  1→ <private-key>\nb');
  });

  it('is a key without its end, as far as it goes', async () => {
    const cut = [`-----BEGIN ${'PRIVATE KEY-----'}`, random.base64(64), random.base64(64)].join('\n');
    expect(await read(`${cut}\n[output truncated]`)).toBe('<private-key>\n[output truncated]');
  });

  it('leaves no record of the scan in the process', async () => {
    await scan(github);
    expect(performance.getEntriesByType('mark')).toEqual([]);
  });

  it('is a key only, where a whole file is known to hold one', async () => {
    const key = [
      `-----BEGIN ${'PRIVATE KEY-----'}`,
      `MII${random.base64(400)}`,
      `-----END ${'PRIVATE KEY-----'}`,
      '',
    ];
    const account = {
      type: 'service_account',
      private_key_id: '1',
      private_key: key.join('\n'),
      client_id: '2',
    };
    expect(JSON.parse(await read(JSON.stringify(account)))).toEqual({
      ...account,
      private_key: '<private-key>\n',
    });
  });

  it('is known by its name in JSON that was escaped again and again', async () => {
    const secret = random.base64(40);
    let json = `{"AWS_SECRET_ACCESS_KEY":"${secret}","b":1}`;
    for (let i = 0; i < 3; i++) json = JSON.stringify(json);
    expect(await read(json)).toBe(json.replace(secret, '<aws-secret-access-key>'));
    expect(await read(`AWS_SECRET_ACCESS_KEY\\u003d${secret}`)).toBe(
      'AWS_SECRET_ACCESS_KEY\\u003d<aws-secret-access-key>',
    );
  });

  it('is told once where two rules know it', async () => {
    expect(await read(`Authorization: Bearer ${github}`)).toBe('Authorization: Bearer <github-token>');
  });
});

describe('findings', () => {
  it('that overlap are one, by the name of the longest, and those that touch are not', () => {
    const text = '.'.repeat(40);
    const findings = [
      { rule: 'c', start: 20, end: 25 },
      { rule: 'a', start: 0, end: 5 },
      { rule: 'b', start: 3, end: 10 },
      { rule: 'inside', start: 4, end: 6 },
      { rule: 'd', start: 25, end: 30 },
    ];
    expect(settleFindings(findings, text)).toEqual([
      { rule: 'b', start: 0, end: 10 },
      { rule: 'c', start: 20, end: 25 },
      { rule: 'd', start: 25, end: 30 },
    ]);
  });
});

describe('what documentation shows in place of a secret', () => {
  it.each([
    'https://user:pass@example.com/',
    'postgres://root:root@localhost/db',
    `mongodb://\${DB_USER}:\${DB_PASSWORD}@host/db`,
    'mysql://app:<password>@host/db',
    'redis://:xxxxxxxx@host',
    'Authorization: Bearer YOUR_TOKEN_GOES_HERE_1',
    'Authorization: Basic realm-and-nothing-else',
    'x-api-key: string-of-your-choice',
    `aws_secret_access_key = ${'wJalrXUtnFEMI/K7MDENG/'}${'bPxRfiCYEXAMPLEKEY'}`,
  ])('is left: %s', async (text) => {
    expect(await read(text)).toBe(text);
  });
});
