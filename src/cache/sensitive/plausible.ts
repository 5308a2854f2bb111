/** Words that stand where a secret goes in documentation. */
const STAND_INS = /your|example|placeholder|dummy|sample|redacted|replace|mypass|x{4}|\*{3}|\.{3}/i;

/** Passwords of documentation and tutorials, as in the preset's rule for connection strings. */
const WEAK = new Set([
  'password',
  'passwd',
  'pass',
  'pwd',
  'secret',
  'username',
  'user',
  'root',
  'admin',
  'token',
]);

/** Text with a long run of base64, which no placeholder has. */
export function keyMaterial(secret: string): boolean {
  return /[A-Za-z0-9+/]{40}/.test(secret) && !/EXAMPLE/.test(secret);
}

/** Text that nobody writes by hand. */
export function opaque(secret: string): boolean {
  return /\d/.test(secret) && /[A-Za-z]/.test(secret) && !STAND_INS.test(secret);
}

/** The same where what stands around says less: a name such as `oauth2Token` does not count. */
export function strictlyOpaque(secret: string): boolean {
  return opaque(secret) && secret.replace(/\D/g, '').length > 2;
}

/** `user:password` in base64, RFC 7617. */
export function basicCredentials(secret: string): boolean {
  const decoded = Buffer.from(secret, 'base64').toString('latin1');
  return /^[\x20-\x7e\x80-\xff]*:[\x20-\x7e\x80-\xff]+$/.test(decoded);
}

/** The part of a URL before `@`: neither a variable nor what documentation shows. */
export function urlCredentials(secret: string): boolean {
  const at = secret.indexOf(':');
  const user = secret.slice(0, at);
  const password = secret.slice(at + 1);
  if (password === user || WEAK.has(password.toLowerCase()) || STAND_INS.test(password)) return false;
  if (/^(.)\1+$/.test(password)) return false;
  return !/\$\{|\{\{|^[$:{%]|^%[A-Z_]+%$/.test(password);
}
