/** Longest text of an answer, characters: it may quote what it is about. */
const LONGEST = 1000;

/** An answer that says what was wrong and what to do, as problem details (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 500 | 502 | 503 | 504;
  readonly title: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    status: Problem['status'],
    title: string,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.#headers = headers;
  }

  /** `plain` makes the text fit to be told. */
  toResponse(plain: (text: string) => string = (text) => text): Response {
    const { title, status, message } = this;
    const text = plain(message);
    const detail = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
    const body = { type: 'about:blank', title, status, detail };
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/problem+json', ...this.#headers },
    });
  }
}
