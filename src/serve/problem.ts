/** An answer that says what was wrong and what to do, as problem details (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 500 | 503;
  readonly title: string;

  constructor(status: Problem['status'], title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }

  toResponse(): Response {
    const body = { type: 'about:blank', title: this.title, status: this.status, detail: this.message };
    return new Response(JSON.stringify(body), {
      status: this.status,
      headers: { 'content-type': 'application/problem+json' },
    });
  }
}
