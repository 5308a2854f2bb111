import { describe, expect, it } from 'vitest';
import { nestedDeeper } from '../../../src/serve/nesting.ts';
import { TokenBucket } from '../../../src/serve/token-bucket.ts';

describe('the limit of requests', () => {
  it('lets a burst through, then so many per second, and says how long to wait', () => {
    let now = 0;
    const bucket = new TokenBucket(10, 20, () => now);
    for (let i = 0; i < 20; i++) expect(bucket.take()).toBe(0);
    expect(bucket.take()).toBe(100);
    now += 50;
    expect(bucket.take()).toBe(50);
    now += 50;
    expect(bucket.take()).toBe(0);
    expect(bucket.take()).toBe(100);
  });

  it('saves up no more than a burst', () => {
    let now = 0;
    const bucket = new TokenBucket(10, 5, () => now);
    now += 3_600_000;
    const passed = Array.from({ length: 10 }, () => bucket.take()).filter((wait) => wait === 0);
    expect(passed).toHaveLength(5);
  });
});

describe('the limit of nesting', () => {
  it.each([
    ['[[[]]]', 3, false],
    ['[[[[]]]]', 3, true],
    ['{"a":{"b":{"c":{}}}}', 3, true],
    ['[[],[],[],[],[]]', 2, false],
    ['"[[[["', 0, false],
    ['["\\"[[[["]', 1, false],
    ['["\\\\",[[]]]', 2, true],
    ['[[[[', 3, true],
    [']]]][[[[', 3, false],
  ])('of %s at %i is passed: %s', (text, most, passed) => {
    expect(nestedDeeper(text, most)).toBe(passed);
  });

  it('costs nothing but time for a hundred thousand', () => {
    expect(nestedDeeper('['.repeat(100_000), 200)).toBe(true);
  });
});
