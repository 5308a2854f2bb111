import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chain } from '../../../../src/answers/transcripts/breaks.ts';
import { type ModelRequest, NAMELESS } from '../../../../src/answers/transcripts/request.ts';

const MINUTE = 60_000;

/** The second of two requests, of which the first read and wrote 50,000 tokens. */
function second(now: Partial<ModelRequest>, before: Partial<ModelRequest> = {}) {
  const common = { session: 's', thread: 'main', model: 'm', side: false, output: 1 };
  const first = { ...common, at: 0, input: 10, read: 20_000, write5m: 30_000, write1h: 0, ...before };
  const next = { ...common, at: MINUTE, input: 10, read: 0, write5m: 51_000, write1h: 0, ...now };
  const chain = new Chain();
  expect(chain.next(first)).toBeUndefined();
  const broken = chain.next(next);
  return broken && [broken.tokens, broken.cause.split(/[.:,]/, 1)[0]];
}

describe('a break', () => {
  it.each<[string, Partial<ModelRequest>, Partial<ModelRequest>, unknown[]]>([
    ['the model', { model: 'n', at: 99 * MINUTE }, {}, [50_000, 'The model changed from m to n']],
    ['a compaction', { after: ['compaction'] }, {}, [50_000, 'The conversation was compacted']],
    ['a pause', { at: 6 * MINUTE }, {}, [50_000, 'A pause of 6 min']],
    ['a long pause', { at: 61 * MINUTE }, { write5m: 0, write1h: 30_000 }, [50_000, 'A pause of 61 min']],
    ['a version', { after: ['version', 'folder'] }, {}, [50_000, 'The agent was updated']],
    ['a folder', { after: ['folder'] }, {}, [50_000, 'The working folder changed']],
    ['permissions', { after: ['permissions'] }, {}, [50_000, 'The permissions changed']],
    ['a sub-agent', { thread: NAMELESS, side: true }, {}, [50_000, 'Another sub-agent began']],
    ['nothing that is told', {}, {}, [50_000, 'Unknown']],
    ['a pause within the hour', { at: 30 * MINUTE }, { write5m: 0, write1h: 30_000 }, [50_000, 'Unknown']],
  ])('names %s', (_, now, before, expected) => {
    expect(second(now, before)).toEqual(expected);
  });

  it.each<[string, Partial<ModelRequest>, Partial<ModelRequest>]>([
    ['nearly all was read', { read: 49_500, write5m: 100 }, {}],
    ['the prompt was shorter, and all of it was read', { read: 9000, write5m: 0 }, {}],
    ['it is about few tokens', {}, { read: 0, write5m: 1000 }],
    ['it is unknown what was read', { read: undefined }, {}],
    ['it is unknown what there was', {}, { read: undefined }],
  ])('is none when %s', (_, now, before) => {
    expect(second(now, before)).toBeUndefined();
  });

  it('is never about more tokens than there were, nor than the prompt has', () => {
    const tokens = fc.record({ input: fc.nat(9999), read: fc.nat(99_999), write5m: fc.nat(99_999) });
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 20 }), (list) => {
        const requests = list.map((told, at) => {
          return { session: 's', thread: 'main', model: 'm', side: false, at, write1h: 0, ...told };
        });
        const chain = new Chain();
        for (const [at, request] of requests.entries()) {
          const { tokens = 0 } = chain.next(request) ?? {};
          if (tokens === 0) continue;
          const before = requests[at - 1];
          const { read, input, write5m } = request;
          expect(tokens + read).toBeLessThanOrEqual((before?.read ?? 0) + (before?.write5m ?? 0));
          expect(tokens).toBeLessThanOrEqual(input + write5m);
        }
      }),
    );
  });
});
