import { generateKeyPairSync } from 'node:crypto';
import type { Random } from './random.ts';

/** A format of secrets that is in use. */
export interface SecretKind {
  readonly name: string;
  /** The part that must not be stored. */
  readonly make: (random: Random) => string;
  /** What it needs around it to be recognised, as it is found in practice. */
  readonly around?: (secret: string) => string;
  /** Not for places where it would be cut or encoded, such as a URL. */
  readonly isLines?: boolean;
}

/** The same prefix, written so that no scanner takes this file for a leak. */
const p = (...parts: string[]): string => parts.join('');

const jwt = (random: Random): string =>
  [
    Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'),
    Buffer.from(JSON.stringify({ sub: random.digits(10), name: random.word(12) })).toString('base64url'),
    random.base64url(43),
  ].join('.');

const pem = (
  type: 'rsa' | 'ec' | 'ed25519',
  format: 'pkcs1' | 'sec1' | 'pkcs8',
  passphrase?: string,
): string => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  const cipher = passphrase ? { cipher: 'aes-256-cbc', passphrase } : {};
  return privateKey
    .export({ type: format, format: 'pem', ...cipher } as never)
    .toString()
    .trim();
};

const block = (title: string, random: Random, start: string): string => {
  const body = start + random.base64(1_200);
  return [
    p('-----BEGIN ', title, '-----'),
    ...(body.match(/.{1,64}/g) ?? []),
    p('-----END ', title, '-----'),
  ].join('\n');
};

/** Whatever the format, only these are made of real keys: they take time. */
const KEYS = {
  rsa: pem('rsa', 'pkcs1'),
  rsa8: pem('rsa', 'pkcs8'),
  ec: pem('ec', 'sec1'),
  ec8: pem('ec', 'pkcs8'),
  ed25519: pem('ed25519', 'pkcs8'),
  encrypted: pem('rsa', 'pkcs8', 'a passphrase'),
  encrypted1: pem('rsa', 'pkcs1', 'a passphrase'),
};

export const SECRET_KINDS: readonly SecretKind[] = [
  { name: 'GitHub classic token', make: (r) => p('gh', 'p_', r.word(36)) },
  { name: 'GitHub OAuth token', make: (r) => p('gh', 'o_', r.word(36)) },
  { name: 'GitHub app token', make: (r) => p('gh', 's_', r.word(36)) },
  { name: 'GitHub fine-grained token', make: (r) => p('github_', 'pat_', r.word(22), '_', r.word(59)) },
  { name: 'GitLab personal token', make: (r) => p('gl', 'pat-', r.base64url(20)) },
  {
    name: 'GitLab routable token',
    make: (r) => p('gl', 'pat-', r.base64url(40), '.0', r.digits(1), '.', r.hex(9)),
  },
  { name: 'GitLab deploy token', make: (r) => p('gl', 'dt-', r.base64url(20)) },
  { name: 'GitLab job token', make: (r) => p('gl', 'cbt-', r.word(2), '_', r.base64url(20)) },
  { name: 'GitLab trigger token', make: (r) => p('gl', 'ptt-', r.hex(40)) },
  { name: 'Bitbucket app password', make: (r) => p('AT', 'BB', r.word(32)) },
  { name: 'Atlassian token', make: (r) => p('ATA', 'TT3', r.base64url(186)) },
  { name: 'npm token', make: (r) => p('np', 'm_', r.word(36)) },
  {
    name: 'npmrc password',
    make: (r) => r.base64(32),
    around: (s) => `//registry.npmjs.org/:_authToken=${s}`,
  },
  { name: 'PyPI token', make: (r) => p('py', 'pi-AgEIcHlwaS5vcmc', r.base64url(160)) },
  { name: 'RubyGems key', make: (r) => p('ruby', 'gems_', r.hex(48)) },
  { name: 'Docker token', make: (r) => p('dckr_', 'pat_', r.base64url(27)) },
  { name: 'AWS access key', make: (r) => p('AK', 'IA', r.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)) },
  {
    name: 'AWS temporary access key',
    make: (r) => p('AS', 'IA', r.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)),
  },
  { name: 'AWS secret key', make: (r) => r.base64(40), around: (s) => `AWS_SECRET_ACCESS_KEY=${s}` },
  { name: 'AWS session token', make: (r) => p('IQoJ', 'b3JpZ2lu', r.base64(300), '==') },
  { name: 'AWS Bedrock key', make: (r) => p('AB', 'SK', r.base64(128)) },
  { name: 'Google API key', make: (r) => p('AI', 'za', r.base64url(35)) },
  { name: 'Google OAuth client secret', make: (r) => p('GOC', 'SPX-', r.base64url(28)) },
  { name: 'Google OAuth token', make: (r) => p('ya', '29.', r.base64url(120)) },
  {
    name: 'Azure storage key',
    make: (r) => `${r.base64(86)}==`,
    around: (s) =>
      `DefaultEndpointsProtocol=https;AccountName=store;AccountKey=${s};EndpointSuffix=core.windows.net`,
  },
  {
    name: 'Azure service bus key',
    make: (r) => `${r.base64(43)}=`,
    around: (s) => `Endpoint=sb://bus.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${s}`,
  },
  {
    name: 'Azure SAS signature',
    make: (r) => encodeURIComponent(r.bytes(32).toString('base64')),
    around: (s) => `https://store.blob.core.windows.net/box/file?sv=2024-11-04&sp=r&sig=${s}`,
  },
  { name: 'Azure client secret', make: (r) => p(r.word(3), '8Q', '~', r.base64url(34)) },
  { name: 'Anthropic key', make: (r) => p('sk-', 'ant-api03-', r.base64url(93), 'AA') },
  { name: 'Anthropic admin key', make: (r) => p('sk-', 'ant-admin01-', r.base64url(93), 'AA') },
  { name: 'Claude OAuth token', make: (r) => p('sk-', 'ant-oat01-', r.base64url(93), 'AA') },
  { name: 'OpenAI key', make: (r) => p('sk-', r.word(20), 'T3Blbk', 'FJ', r.word(20)) },
  {
    name: 'OpenAI project key',
    make: (r) => p('sk-', 'proj-', r.base64url(74), 'T3Blbk', 'FJ', r.base64url(74)),
  },
  { name: 'OpenRouter key', make: (r) => p('sk-', 'or-v1-', r.hex(64)) },
  { name: 'Groq key', make: (r) => p('gs', 'k_', r.word(52)) },
  { name: 'xAI key', make: (r) => p('xa', 'i-', r.word(80)) },
  { name: 'Perplexity key', make: (r) => p('pp', 'lx-', r.word(48)) },
  { name: 'Replicate token', make: (r) => p('r', '8_', r.word(37)) },
  { name: 'Hugging Face token', make: (r) => p('h', 'f_', r.letters(34)) },
  { name: 'NVIDIA key', make: (r) => p('nv', 'api-', r.base64url(64)) },
  { name: 'LangSmith key', make: (r) => p('lsv2_', 'pt_', r.hex(32), '_', r.hex(10)) },
  { name: 'Slack bot token', make: (r) => p('xox', 'b-', r.digits(12), '-', r.digits(12), '-', r.word(24)) },
  {
    name: 'Slack user token',
    make: (r) => p('xox', 'p-', r.digits(12), '-', r.digits(12), '-', r.digits(12), '-', r.hex(32)),
  },
  { name: 'Slack app token', make: (r) => p('xa', 'pp-1-A', r.upper(10), '-', r.digits(13), '-', r.hex(64)) },
  { name: 'Slack rotated token', make: (r) => p('xox', 'e.xoxp-1-', r.word(163)) },
  {
    name: 'Slack webhook',
    make: (r) => p('T', r.upper(10), '/B', r.upper(10), '/', r.word(24)),
    around: (s) => `https://hooks.slack.com/services/${s}`,
  },
  {
    name: 'Discord webhook',
    make: (r) => p(r.digits(18), '/', r.base64url(68)),
    around: (s) => `https://discord.com/api/webhooks/${s}`,
  },
  { name: 'Telegram bot token', make: (r) => p('1', r.digits(9), ':A', 'A', r.base64url(33)) },
  { name: 'SendGrid key', make: (r) => p('S', 'G.', r.base64url(22), '.', r.base64url(43)) },
  { name: 'Mailchimp key', make: (r) => p(r.hex(32), '-us', '12') },
  { name: 'Brevo key', make: (r) => p('xkey', 'sib-', r.hex(64), '-', r.word(16)) },
  { name: 'Stripe live key', make: (r) => p('sk', '_live_', r.word(24)) },
  { name: 'Stripe long key', make: (r) => p('sk', '_live_51', r.word(97)) },
  { name: 'Stripe restricted key', make: (r) => p('rk', '_test_', r.word(24)) },
  { name: 'Stripe webhook secret', make: (r) => p('wh', 'sec_', r.word(32)) },
  { name: 'Square token', make: (r) => p('sq', '0atp-', r.base64url(22)) },
  { name: 'Shopify token', make: (r) => p('sh', 'pat_', r.hex(32)) },
  { name: 'Linear key', make: (r) => p('lin', '_api_', r.word(40)) },
  { name: 'Notion token', make: (r) => p('nt', 'n_', r.digits(11), r.word(35)) },
  { name: 'Figma token', make: (r) => p('fi', 'gd_', r.base64url(43)) },
  { name: 'Airtable token', make: (r) => p('pa', 't', r.word(14), '.', r.hex(64)) },
  { name: 'Contentful token', make: (r) => p('CF', 'PAT-', r.base64url(43)) },
  { name: 'Postman key', make: (r) => p('PM', 'AK-', r.hex(24), '-', r.hex(34)) },
  { name: 'Grafana service token', make: (r) => p('gl', 'sa_', r.word(32), '_', r.hex(8)) },
  { name: 'Sentry token', make: (r) => p('sn', 'tryu_', r.hex(64)) },
  { name: 'New Relic key', make: (r) => p('NR', 'AK-', r.upper(27)) },
  { name: 'Vault token', make: (r) => p('hv', 's.', r.base64url(95)) },
  { name: 'Terraform token', make: (r) => p(r.word(14), '.atlas', 'v1.', r.base64url(67)) },
  { name: 'Doppler token', make: (r) => p('dp', '.pt.', r.word(43)) },
  { name: 'Databricks token', make: (r) => p('da', 'pi', r.hex(32)) },
  { name: 'DigitalOcean token', make: (r) => p('do', 'p_v1_', r.hex(64)) },
  { name: 'Cloudflare token', make: (r) => p('cf', 'ut_', r.word(40), r.hex(8)) },
  { name: 'Heroku key', make: (r) => p('HR', 'KU-AA', r.base64url(58)) },
  { name: 'Netlify token', make: (r) => p('nf', 'p_', r.word(36)) },
  { name: 'Vercel token', make: (r) => p('vc', 'p_', r.word(48)) },
  { name: 'Supabase token', make: (r) => p('sb', 'p_', r.hex(40)) },
  { name: 'PlanetScale password', make: (r) => p('pscale_', 'pw_', r.base64url(43)) },
  { name: 'Pulumi token', make: (r) => p('pu', 'l-', r.hex(40)) },
  { name: 'Tailscale key', make: (r) => p('ts', 'key-auth-', r.word(12), '-', r.word(32)) },
  {
    name: '1Password token',
    make: (r) =>
      p(
        'op',
        's_',
        Buffer.from(JSON.stringify({ email: `${r.word(13)}@x`, key: r.word(170) })).toString('base64'),
      ),
  },
  { name: 'age key', make: (r) => p('AGE-SECRET-', 'KEY-1', r.from('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)) },
  { name: 'JSON web token', make: jwt },
  {
    name: 'bearer header',
    make: (r) => `${r.word(24)}${r.digits(2)}${r.word(6)}`,
    around: (s) => `Authorization: Bearer ${s}`,
  },
  {
    name: 'basic header',
    make: (r) => Buffer.from(`deploy:${r.word(20)}`).toString('base64'),
    around: (s) => `Authorization: Basic ${s}`,
  },
  { name: 'API key header', make: (r) => `${r.hex(29)}123`, around: (s) => `x-api-key: ${s}` },
  {
    name: 'password in a URL',
    make: (r) => r.word(16),
    around: (s) => `https://deploy:${s}@git.acme.io/app.git`,
  },
  {
    name: 'odd password in a URL',
    make: (r) => `${r.word(6)}!%40*${r.word(6)}`,
    around: (s) => `https://deploy:${s}@git.acme.io/app.git`,
  },
  {
    name: 'token as the user of a URL',
    make: (r) => r.hex(40),
    around: (s) => `git+https://${s}:x-oauth-basic@github.com/acme/app.git`,
  },
  {
    name: 'PostgreSQL URL',
    make: (r) => r.word(20),
    around: (s) => `postgresql://app:${s}@db.acme.io:5432/main`,
  },
  {
    name: 'MongoDB URL',
    make: (r) => r.word(20),
    around: (s) => `mongodb+srv://app:${s}@cluster0.acme.mongodb.net/main`,
  },
  { name: 'Redis URL', make: (r) => r.word(20), around: (s) => `redis://:${s}@cache.acme.io:6379/0` },
  { name: 'RSA key', make: () => KEYS.rsa, isLines: true },
  { name: 'PKCS#8 key', make: () => KEYS.rsa8, isLines: true },
  { name: 'SEC1 key', make: () => KEYS.ec, isLines: true },
  { name: 'PKCS#8 EC key', make: () => KEYS.ec8, isLines: true },
  { name: 'Ed25519 key', make: () => KEYS.ed25519, isLines: true },
  { name: 'encrypted key', make: () => KEYS.encrypted, isLines: true },
  { name: 'encrypted PKCS#1 key', make: () => KEYS.encrypted1, isLines: true },
  {
    name: 'OpenSSH key',
    make: (r) => block(p('OPENSSH ', 'PRIVATE KEY'), r, 'b3BlbnNzaC1rZXktdjE'),
    isLines: true,
  },
  { name: 'PGP key', make: (r) => block(p('PGP PRIVATE ', 'KEY BLOCK'), r, 'lQdGBF'), isLines: true },
  {
    name: 'cut-off key',
    make: () => KEYS.rsa.split('\n').slice(0, 8).join('\n'),
    isLines: true,
  },
];
