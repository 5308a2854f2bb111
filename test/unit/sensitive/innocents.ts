import { createHash } from 'node:crypto';
import type { Random } from './random.ts';

/** Text that looks like a secret, or talks of them, and is none. */
export interface Innocent {
  readonly name: string;
  readonly make: (random: Random) => unknown;
}

const uuid = (r: Random): string => `${r.hex(8)}-${r.hex(4)}-4${r.hex(3)}-a${r.hex(3)}-${r.hex(12)}`;
const sha512 = (r: Random): string => createHash('sha512').update(r.bytes(9)).digest('base64');
const p = (...parts: string[]): string => parts.join('');

export const INNOCENTS: readonly Innocent[] = [
  { name: 'UUIDs', make: (r) => Array.from({ length: 20 }, () => uuid(r)).join('\n') },
  {
    name: 'git SHA-1',
    make: (r) => `commit ${r.hex(40)}\nAuthor: Ann <ann@acme.io>\n\n    Rotate the token`,
  },
  { name: 'short SHA', make: (r) => `${r.hex(7)}..${r.hex(7)} main -> origin/main` },
  { name: 'SHA-256 digest', make: (r) => `sha256:${r.hex(64)}` },
  {
    name: 'MD5 sums',
    make: (r) => Array.from({ length: 9 }, (_, i) => `${r.hex(32)}  file-${i}.bin`).join('\n'),
  },
  { name: 'image digest', make: (r) => `docker.io/library/node:24@sha256:${r.hex(64)}` },
  {
    name: 'lock file',
    make: (r) =>
      JSON.stringify({
        'node_modules/x': {
          version: '1.2.3',
          resolved: 'https://registry.npmjs.org/x/-/x-1.2.3.tgz',
          integrity: `sha512-${sha512(r)}`,
        },
      }),
  },
  {
    name: 'yarn lock',
    make: (r) =>
      `"@a/b@^1.0.0":\n  resolved "https://registry.yarnpkg.com/@a/b/-/b-1.0.1.tgz#${r.hex(40)}"\n  integrity sha512-${sha512(r)}`,
  },
  { name: 'go.sum', make: (r) => `golang.org/x/sys v0.1.0 h1:${r.base64(43)}=` },
  { name: 'Cargo.lock', make: (r) => `[[package]]\nname = "x"\nchecksum = "${r.hex(64)}"` },
  {
    name: 'base64 image',
    make: (r) => `data:image/png;base64,iVBORw0KGgo${r.bytes(30_000).toString('base64')}`,
  },
  { name: 'base64url blob', make: (r) => r.base64url(20_000) },
  {
    name: 'source map',
    make: (r) => `//# sourceMappingURL=data:application/json;base64,${r.bytes(6_000).toString('base64')}`,
  },
  { name: 'binary bytes', make: (r) => r.bytes(20_000) },
  { name: 'embedding', make: (r) => Array.from({ length: 768 }, () => r.below(2 ** 30) / 2 ** 30) },
  {
    name: 'certificate',
    make: (r) => `-----BEGIN CERTIFICATE-----\nMIID${r.base64(800)}\n-----END CERTIFICATE-----`,
  },
  {
    name: 'public key',
    make: (r) => `-----BEGIN PUBLIC KEY-----\nMIIB${r.base64(360)}\n-----END PUBLIC KEY-----`,
  },
  { name: 'SSH public key', make: (r) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${r.base64(43)} ann@acme` },
  {
    name: 'PEM in documentation',
    make: () => p('-----BEGIN RSA PRIVATE', ' KEY-----\n...\n-----END RSA PRIVATE', ' KEY-----'),
  },
  {
    name: 'PEM with instructions',
    make: () =>
      p(
        '-----BEGIN PRIVATE',
        ' KEY-----\n(paste the whole key here that you have downloaded from the console)\n-----END PRIVATE',
        ' KEY-----',
      ),
  },
  {
    name: 'code that checks for PEM',
    make: () =>
      p(
        "if (text.includes('-----BEGIN PRIVATE",
        " KEY-----')) throw new Error('A private key was given where a certificate is wanted.');",
      ),
  },
  {
    name: 'regular expressions for tokens',
    make: () =>
      String.raw`const RULES = [/ghp_[A-Za-z0-9]{36}/, /xox[bp]-\d+/, /AKIA[A-Z0-9]{16}/, /sk-ant-api03-/, /eyJ[\w-]+\.eyJ/];`,
  },
  {
    name: 'code that talks of tokens',
    make: () =>
      `const token = await getToken();\nheaders.set("Authorization", \`Bearer \${token}\`);\nif (!process.env.API_KEY) throw new Error("API_KEY is missing");\nconst secretAccessKey = config.get("aws.secretAccessKey");\nconst authorization = await this.oauth2TokenProvider2.get();`,
  },
  {
    name: 'environment names',
    make: () => `GITHUB_TOKEN=\nAWS_SECRET_ACCESS_KEY=\nNPM_TOKEN=\${NPM_TOKEN}\nOPENAI_API_KEY=<your key>\n`,
  },
  {
    name: 'GitHub workflow',
    make: () =>
      `env:\n  GH_TOKEN: \${{ secrets.GITHUB_TOKEN }}\n  NODE_AUTH_TOKEN: \${{ secrets.NPM_TOKEN }}\n`,
  },
  {
    name: 'npmrc with a variable',
    make: () => `//registry.npmjs.org/:_authToken=\${NPM_TOKEN}\nalways-auth=true`,
  },
  {
    name: "AWS's documented examples",
    make: () =>
      p(
        'aws_access_key_id = AKIA',
        'IOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/',
        'bPxRfiCYEXAMPLEKEY',
      ),
  },
  {
    name: 'AWS ARN and account',
    make: () => 'arn:aws:iam::123456789012:role/deploy\naccount_id = 123456789012',
  },
  {
    name: 'placeholders',
    make: () =>
      'Authorization: Bearer <token>\nAuthorization: Bearer YOUR_ACCESS_TOKEN_123\nauthorization: Bearer xxxxxxxxxxxxxxxx1234\nx-api-key: your-api-key-goes-here-123\nsk-ant-api03-...\nghp_xxx\nAuthorization: Basic <credentials>',
  },
  {
    name: 'URLs with example credentials',
    make: () =>
      `postgres://user:password@localhost:5432/db\nhttps://user:pass@example.com\nmongodb://\${USER}:\${PASSWORD}@host\nredis://:{{ password }}@host\nmysql://root:root@127.0.0.1/test`,
  },
  {
    name: 'URLs without credentials',
    make: () =>
      'https://github.com/a/b/blob/main/src/x.ts#L10-L20\ngit+ssh://git@github.com:22/a/b.git\nhttp://localhost:3000/@vite/client\nhttps://unpkg.com/lit@3.1.0/index.js\nhttps://medium.com/@ann/post-1a2b3c\nhttp://[::1]:8080/a@b',
  },
  { name: 'e-mail addresses', make: () => 'Ann <ann@acme.io>, mailto:bob@acme.io?subject=token' },
  {
    name: 'CSS classes',
    make: (r) =>
      `.sk-fading-circle-${r.hex(6)}{} .xoxo-hugs-and-kisses-to-all-of-you{} .npm_config_registry{}`,
  },
  {
    name: 'minified code',
    make: (r) =>
      `!function(e,t){"use strict";var n=e.AIza||t.key,r="${r.word(30)}",o={_auth:1,secret:n};return o["x-api-key"]=r.slice(0,8),e._authToken=t._authToken,o}(this,{});`,
  },
  {
    name: 'mangled names',
    make: (r) => Array.from({ length: 60 }, () => `_${r.word(12)}$${r.digits(2)}`).join(';'),
  },
  {
    name: 'C++ symbols',
    make: () => '_ZNSt6vectorIN4llvm5ValueESaIS1_EE9push_backERKS1_ _ZTVN10__cxxabiv120__si_class_type_infoE',
  },
  {
    name: 'snake case constants',
    make: () => 'GLPAT_PREFIX = "glpat-"\nSLACK_XOXB = "xoxb-"\nSTRIPE = "sk_live_"\nAPI_ORG = "api_org_"',
  },
  {
    name: 'hashed file names',
    make: (r) => `dist/assets/index-${r.base64url(8)}.js dist/assets/vendor.${r.hex(20)}.css`,
  },
  {
    name: 'ETag and cache keys',
    make: (r) => `ETag: W/"${r.base64url(27)}"\nkey-${r.hex(32)}\ncache-key=${r.hex(40)}`,
  },
  {
    name: 'trace ids',
    make: (r) =>
      `traceparent: 00-${r.hex(32)}-${r.hex(16)}-01\nx-request-id: ${uuid(r)}\nx-amz-request-id: ${r.upper(16)}`,
  },
  {
    name: 'JSON schema',
    make: () => ({
      properties: {
        authorization: { type: 'string' },
        password: { type: 'string', minLength: 8 },
        'x-api-key': { $ref: '#/definitions/ApiKeyHeaderValue' },
      },
    }),
  },
  {
    name: 'symbols of a file',
    make: () => [
      { name: 'secretAccessKey', kind: 'property', range: [1, 2] },
      { name: 'AuthorizationBearerTokenProvider', kind: 'class' },
    ],
  },
  { name: 'Windows paths', make: () => 'C:\\Users\\new\\token\\notes.txt and D:\\build\\release\\npm_cache' },
  {
    name: 'printable text in other scripts',
    make: () => 'Пароль хранится в хранилище; トークンはここにありません; 密码不在这里。',
  },
  {
    name: 'prose',
    make: () =>
      'Basic authentication sends user:password in base64; a bearer token is opaque. Rotate ghp_ and glpat- tokens, see https://docs.github.com.',
  },
  {
    name: 'a licence',
    make: () =>
      'Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files.',
  },
  { name: 'Ethereum addresses', make: (r) => `0x${r.hex(40)} and tx 0x${r.hex(64)}` },
  { name: 'version numbers', make: () => 'v1.0-rc.1 1.2.3-us1 pat.1.2.3 sha256~abc' },
  {
    name: 'a git log with times',
    make: (r) => Array.from({ length: 30 }, () => `${r.hex(40)} ${r.digits(10)}:AAA fix`).join('\n'),
  },
];
