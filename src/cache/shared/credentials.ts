/** Who one is to the server. Nothing that prints, serialises or inspects this shows the password. */
export class Credentials {
  readonly #username: string | undefined;
  readonly #password: string | undefined;

  constructor(username?: string, password?: string) {
    this.#username = username || undefined;
    this.#password = password || undefined;
  }

  get username(): string | undefined {
    return this.#username;
  }

  get password(): string | undefined {
    return this.#password;
  }

  /** The text without the password, in whichever way it may be written there. */
  scrub(text: string): string {
    const password = this.#password;
    if (password === undefined) return text;
    const ways = [
      password,
      encodeURIComponent(password),
      encodeURI(password),
      JSON.stringify(password).slice(1, -1),
    ];
    return [...new Set(ways)].reduce((scrubbed, way) => scrubbed.replaceAll(way, '•••'), text);
  }
}
