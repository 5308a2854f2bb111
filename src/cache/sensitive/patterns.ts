import { basicCredentials, keyMaterial, opaque, strictlyOpaque, urlCredentials } from './plausible.ts';

/**
 * One kind of secret that the preset's rules do not know, or know too narrowly. Where the pattern has
 * a group, the group is the secret and ends the match. Every pattern starts at a literal or is bounded
 * at each step, so that a scan stays linear.
 */
export interface Pattern {
  readonly rule: string;
  readonly pattern: RegExp;
  /** Sorts out placeholders and prose. */
  readonly accept?: (secret: string) => boolean;
}

/**
 * What makes a pattern right is the issuer's documentation of its prefix; lengths follow
 * gitleaks (https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml, "G:" and the id of
 * its rule) and TruffleHog (https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors,
 * "T:" and the detector).
 */
export const PATTERNS: readonly Pattern[] = [
  // https://docs.gitlab.com/security/tokens/#token-prefixes; G: gitlab-*
  row(
    'gitlab-token',
    /(?<![A-Za-z])(?:gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|rtr|soat|wt)-|GR1348941)[\w-]{20,300}(?:\.[0-9a-z]{2}\.?[0-9a-z]{7,9})?/g,
  ),
  // https://support.atlassian.com/bitbucket-cloud/docs/app-passwords; G: atlassian-api-token; T: atlassian/v2, bitbucketapppassword
  row('atlassian-token', /(?<![A-Za-z])(?:AT[AC]TT3[\w+/=-]{60,300}|ATBB[\w=.-]{20,60})/g),
  // https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration
  row(
    'npmrc-credentials',
    /(?:\/:_(?:authToken|auth|password)[ \t]*=|^_authToken=)[ \t]*"?([A-Za-z0-9+/=_.~-]{8,500})/gm,
  ),
  row('pypi-token', /pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}/g), // G: pypi-upload-token
  row('rubygems-key', /rubygems_[0-9a-f]{48}/g), // G: rubygems-api-token
  row('clojars-token', /CLOJARS_[0-9a-z]{60}/gi), // G: clojars-api-token
  row('artifactory-token', /(?<![A-Za-z0-9])(?:AKCp[A-Za-z0-9]{69}|cmVmd[A-Za-z0-9]{59})(?![\w+/=-])/g), // G: artifactory-*
  row('docker-token', /dckr_(?:pat|oat)_[\w-]{27,40}/g), // T: dockerhub/v2
  row('sourcegraph-token', /(?<![A-Za-z])sgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}/gi), // G: sourcegraph-access-token
  row('buildkite-token', /(?<![A-Za-z])bkua_[0-9a-z]{40}/g), // T: buildkite/v2
  row('circleci-token', /CCIPAT_[A-Za-z0-9]{22}_[0-9a-fA-F]{40}/g), // T: circleci/v2

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html; G: aws-amazon-bedrock-*
  row(
    'aws-secret-access-key',
    named('secret_?access_?key', '([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])'),
    keyMaterial,
  ),
  row('aws-session-token', /(?<![A-Za-z0-9])(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[A-Za-z0-9+/=]{100,4096}/g),
  row('aws-bedrock-key', /(?<![A-Za-z0-9])ABSK[A-Za-z0-9+/]{109,269}={0,2}/g),
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html; https://cloud.google.com/storage/docs/authentication/signatures
  row('url-signature', /[?&]X-(?:Amz|Goog)-Signature=([0-9a-f]{64,1024})/gi),
  row('google-api-key', /(?<![A-Za-z0-9])AIza[\w-]{35}(?![\w+/=-])/g), // G: gcp-api-key
  // https://developers.google.com/identity/protocols/oauth2; T: googleoauth2
  row('google-oauth-token', /(?<![A-Za-z])(?:GOCSPX-[\w-]{28}|ya29\.[\w-]{20,2048})/g),
  // https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
  row('azure-access-key', /(?:Account|SharedAccess)Key=([A-Za-z0-9+/]{43,86}={1,2})/g),
  // https://learn.microsoft.com/azure/storage/common/storage-sas-overview
  row('azure-sas-signature', /[?&]sig=([A-Za-z0-9+/%]{40,120}={0,2})/g),
  row('azure-client-secret', /(?<![\w.~])[\w.~]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])/g), // G: azure-ad-client-secret

  row('anthropic-token', /(?<![A-Za-z])sk-ant-[a-z]{3,10}\d\d-[\w-]{80,200}/g), // G: anthropic-*; T: anthropic
  row('openai-token', /(?<![A-Za-z])sk-(?:proj|svcacct|admin|service)-[\w-]{40,220}/g), // G: openai-api-key
  row('openrouter-key', /(?<![A-Za-z])sk-or-v1-[0-9a-f]{64}/g), // T: openrouter
  row('perplexity-key', /(?<![A-Za-z])pplx-[A-Za-z0-9]{48}/g), // G: perplexity-api-key
  row('xai-key', /(?<![A-Za-z])xai-[A-Za-z0-9_]{80}/g), // T: xai
  row('replicate-token', /(?<![A-Za-z0-9])r8_[\w-]{37}(?![\w+/=-])/g), // T: replicate
  row('nvidia-key', /(?<![A-Za-z])nvapi-[\w-]{64}/g), // T: nvapi
  row('langsmith-key', /(?<![A-Za-z])lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}/g), // T: langsmith
  row('elevenlabs-key', /(?<![A-Za-z0-9])sk_[0-9a-f]{48}(?![\w+/=-])/g), // T: elevenlabs/v2
  row('huggingface-token', /(?<![A-Za-z])api_org_[A-Za-z]{34}(?![A-Za-z])/g), // G: huggingface-organization-api-token

  // https://docs.slack.dev/authentication/tokens; G: slack-*
  row(
    'slack-token',
    /(?<![A-Za-z])(?:xox[abcdeoprs](?:\.xox[abp])?|xapp)-(?=[A-Za-z]{0,23}\d)[A-Za-z0-9-]{10,400}/g,
  ),
  row('slack-webhook', /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9/]{20,80})/g),
  row('discord-webhook', /discord(?:app)?\.com\/api\/webhooks\/(\d{17,20}\/[\w-]{60,80})/g), // T: discordwebhook
  row('telegram-bot-token', /(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])/g), // https://core.telegram.org/bots/api#authorizing-your-bot
  row('sendgrid-key', /(?<![A-Za-z])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g), // G: sendgrid-api-token
  row('brevo-key', /xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}/g), // G: sendinblue-api-token
  row('mailchimp-key', /(?<=(?<![0-9A-Za-z])[0-9a-f]{32})-us\d{1,2}(?![\w-])/g), // T: mailchimp

  // https://docs.stripe.com/keys, https://docs.stripe.com/webhooks/signature; T: stripe
  row(
    'stripe-key',
    /(?<![A-Za-z])(?:[rs]k_(?:live|test|prod)_[A-Za-z0-9]{20,247}|whsec_[A-Za-z0-9+/]{24,100}={0,2})/g,
  ),
  row('square-token', /(?<![A-Za-z])sq0(?:atp|csp)-[\w-]{22,60}/g), // G: square-access-token

  row('digitalocean-token', /(?<![A-Za-z])do[opr]_v1_[0-9a-f]{64}/g), // G: digitalocean-*
  row('heroku-key', /(?<![A-Za-z])HRKU-[\w-]{36,64}/g), // G: heroku-api-key-v2
  row('terraform-token', /(?<=[A-Za-z0-9])\.atlasv1\.[\w=-]{60,70}/g), // G: hashicorp-tf-api-token
  row('doppler-token', /(?<![A-Za-z])dp\.(?:audit|ct|pt|sa|scim|st)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}/g), // G: doppler-api-token
  row('pulumi-token', /(?<![A-Za-z])pul-[0-9a-f]{40}/g), // G: pulumi-api-token
  row('fly-token', /(?<![A-Za-z])(?:fm1[ar]|fm2)_[A-Za-z0-9+/]{100,2048}={0,3}|(?<![A-Za-z])fo1_[\w-]{43}/g), // G: flyio-access-token
  row('planetscale-token', /pscale_(?:tkn|oauth|pw)_[\w=.-]{32,64}/g), // G: planetscale-*
  row('supabase-key', /(?<![A-Za-z])(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{22,60})/g), // T: supabasetoken; https://supabase.com/docs/guides/api/api-keys
  row('netlify-token', /(?<![A-Za-z])nfp_[A-Za-z0-9_]{36}/g), // T: netlify/v2
  row('sentry-token', /(?<![A-Za-z])(?:sntryu_[0-9a-f]{64}|sntrys_eyJ[\w+/=-]{50,500})/g), // G: sentry-*
  row('new-relic-key', /(?<![A-Za-z])NRAK-[A-Z0-9]{27}/g), // G: new-relic-user-api-key
  row('dynatrace-token', /dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}/gi), // G: dynatrace-api-token
  row('postman-key', /PMAK-[0-9a-f]{24}-[0-9a-f]{34}/gi), // G: postman-api-token
  row('openshift-token', /(?<![A-Za-z0-9])sha256~[\w-]{43}(?![\w-])/g), // G: openshift-user-token
  row('cloudflare-origin-key', /(?<![\w.-])v1\.0-[0-9a-f]{24}-[0-9a-f]{146}/g), // G: cloudflare-origin-ca-key
  row('airtable-token', /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g), // T: airtablepersonalaccesstoken
  row('contentful-token', /CFPAT-[\w-]{43}/g), // T: contentfulpersonalaccesstoken
  row('posthog-key', /(?<![A-Za-z])phx_[A-Za-z0-9_]{43,48}/g), // T: posthog
  row('1password-token', /(?<![A-Za-z])ops_eyJ[A-Za-z0-9+/_-]{200,4000}={0,3}/g), // G: 1password-service-account-token
  row(
    '1password-secret-key',
    /(?<![A-Za-z0-9])A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}(?![A-Z0-9])/g,
  ), // G: 1password-secret-key
  row('age-key', /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/g), // G: age-secret-key

  // RFC 7468, RFC 4880: whole, and cut off before its end; the preset's rule knows neither
  // SEC1 nor Ed25519, encrypted, PGP, quoted or numbered lines.
  row(
    'private-key',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S]){40,100000}-{5,6}END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g,
    keyMaterial,
  ),
  row(
    'private-key',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^A-Za-z0-9+/=]{1,12}(?:\d{1,6}[^A-Za-z0-9+/=]{1,4})?[A-Za-z0-9+/=]{16,100000}){1,1500}/g,
    keyMaterial,
  ),
  // RFC 7519
  row('json-web-token', /(?<!\w|[\w-]-)eyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]{20,2000}/g),
  // RFC 6750, RFC 7617
  row(
    'authorization-header',
    named('authorization', '(?:bearer|token|apikey)\\s{1,4}([A-Za-z0-9._~+/-]{16,4096}=*)'),
    opaque,
  ),
  row(
    'authorization-header',
    named('authorization', 'basic\\s{1,4}([A-Za-z0-9+/]{8,1024}={0,2})'),
    basicCredentials,
  ),
  // https://docs.gitlab.com/api/rest/authentication, https://platform.claude.com/docs/en/api/overview
  row(
    'api-key-header',
    named(
      '(?<![A-Za-z])(?:x-api-key|x-auth-token|x-goog-api-key|private-token|ocp-apim-subscription-key)',
      '([A-Za-z0-9._~+/-]{16,4096}=*)',
    ),
    strictlyOpaque,
  ),
  // RFC 3986, section 3.2.1; https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
  row(
    'url-credentials',
    /(?<=[A-Za-z0-9]):\/\/([^\s:/?#@"'`<>()[\]{}|\\,;]{0,200}:[^\s/?#@"'`<>]{4,256}(?=@))/g,
    urlCredentials,
  ),
];

/** A secret that is known by its name; blanks are what is left of quotes that were escaped again and again. */
function named(name: string, secret: string): RegExp {
  return new RegExp(`${name}\\s{0,16}["'\`]?\\s{0,16}(?::|=>|=|>)\\s{0,16}["'\`]?${secret}`, 'gi');
}

function row(rule: string, pattern: RegExp, accept?: Pattern['accept']): Pattern {
  return accept ? { rule, pattern, accept } : { rule, pattern };
}
