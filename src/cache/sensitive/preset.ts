import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Finding } from './finding.ts';

/** Rules of the preset that are not used, and why. */
const UNUSED = new Set(
  [
    'filter-comments', // text that says `secretlint-disable` must not decide what is stored
    'basicauth', // reports the whole URL; `url-credentials` knows more characters and only takes them
    'database-connection-string', // the same, up to 700 characters past the URL in minified JSON
    'slack', // takes words such as `xoxo-hugs-and-kisses` for a token; `slack-*` do not
  ].map(ruleId),
);

const OPTIONS: Readonly<Record<string, { options?: object; allowMessageIds?: string[] }>> = {
  [ruleId('aws')]: {
    // Off by default there, because an id alone opens nothing. An account's number is no secret at all.
    options: { enableIDScanRule: true },
    // The key is measured from where its name begins; `aws-secret-access-key` has the right place.
    allowMessageIds: ['AWSAccountID', 'AWSSecretAccessKey'],
  },
  // The same; `npmrc-credentials` and `url-credentials` have the right place.
  [ruleId('npm')]: { allowMessageIds: ['Npmrc_authToken', 'PackageJSON_xOauthToken'] },
};

const config = {
  rules: rules
    .filter(({ meta }) => !UNUSED.has(meta.id))
    .map((rule) => ({ id: rule.meta.id, rule, ...OPTIONS[rule.meta.id] })),
};

/** Where the message's own name would tell people little. */
const NAMES: Readonly<Record<string, string>> = {
  AWSAccessKeyID: 'aws-access-key',
  OPS_TOKEN: '1password-token',
};

// It records every run, for ever: https://github.com/secretlint/secretlint/issues/1633
secretLintProfiler.setEnabled(false);

/** What secretlint's recommended rules find; `text` must not begin with a byte order mark. */
export async function findByPreset(text: string): Promise<Finding[]> {
  const { messages } = await lintSource({
    // Not `.json`, where the rule for Google's key files takes the whole text for a secret.
    source: { content: text, filePath: '', ext: '.txt', contentType: 'text' },
    options: { config, noPhysicFilePath: true },
  });
  return messages.map(({ messageId, range: [start, end] }) => ({
    rule: NAMES[messageId] ?? kebab(messageId),
    start,
    end,
  }));
}

function ruleId(name: string): string {
  return `@secretlint/secretlint-rule-${name}`;
}

/** `AWSSecretAccessKey` and `GITHUB_TOKEN` to `aws-secret-access-key` and `github-token`. */
function kebab(messageId: string): string {
  return messageId
    .replace(/([a-z\d])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3-$2$4')
    .replaceAll('_', '-')
    .toLowerCase();
}
