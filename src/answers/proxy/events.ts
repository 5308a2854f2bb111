/** One server-sent event, as far as it matters here. */
export interface ServerEvent {
  /** `''` when the stream does not name it. */
  readonly name: string;
  readonly data: string;
}

/** The events of a whole stream (HTML Living Standard, 9.2.6); one without its blank line is none. */
export function* eventsOf(text: string): Generator<ServerEvent> {
  let name = '';
  let data: string[] = [];
  let from = text.startsWith('\uFEFF') ? 1 : 0;
  const line = /\r\n|\n|\r/g;
  line.lastIndex = from;
  for (let end = line.exec(text); end !== null; end = line.exec(text)) {
    const row = text.slice(from, end.index);
    from = line.lastIndex;
    if (row === '') {
      if (data.length > 0) yield { name, data: data.join('\n') };
      name = '';
      data = [];
    } else if (row.startsWith('data:')) data.push(value(row, 5));
    else if (row === 'data') data.push('');
    else if (row.startsWith('event:')) name = value(row, 6);
  }
}

function value(row: string, colon: number): string {
  return row.slice(row[colon] === ' ' ? colon + 1 : colon);
}
