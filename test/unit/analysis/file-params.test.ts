import { describe, expect, it } from 'vitest';
import { fileParams } from '../../../src/analysis/file-params.ts';

describe('the path of a file', () => {
  it.each(['a.ts', 'src/a b/ü.ts', '.github/x.yml', 'a..b/...c', '...'])('may be %j', (path) => {
    expect(fileParams.parse({ path })).toEqual({ path });
  });

  it.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['C:/x.ts', 'absolute'],
    ['c:x.ts', 'absolute'],
    ['../x.ts', '".."'],
    ['a/../../x.ts', '".."'],
    ['a\\b.ts', 'with "/"'],
    ['a\0.ts', 'NUL'],
    ['./a.ts', 'shortest'],
    ['a//b.ts', 'shortest'],
    ['a/', 'shortest'],
  ])('may not be %j', (path, word) => {
    const { error } = fileParams.safeParse({ path });
    expect(error?.issues.map((issue) => issue.message).join()).toContain(word);
  });

  it('must be given as text', () => {
    expect(fileParams.safeParse({}).success).toBe(false);
    expect(fileParams.safeParse({ path: 1 }).success).toBe(false);
  });
});
