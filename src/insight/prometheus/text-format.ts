/** One metric with all its series. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: Iterable<Sample>;
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** After the name: the parts of a histogram. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** As Prometheus reads it, in its text format 0.0.4; a metric without series is left out. */
export function* textOf(families: Iterable<Family>): Generator<string> {
  for (const { name, help, type, samples } of families) {
    let begun = false;
    for (const { labels = {}, value, suffix = '' } of samples) {
      if (!begun) yield `# HELP ${name} ${escaped(help, /[\\\n]/g)}\n# TYPE ${name} ${type}\n`;
      begun = true;
      yield `${name}${suffix}${labelText(labels)} ${numberText(value)}\n`;
    }
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    return `${name}="${escaped(value.toWellFormed(), /[\\\n"]/g)}"`;
  });
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string, special: RegExp): string {
  return text.replace(special, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value); // NaN is written so there, too
}
