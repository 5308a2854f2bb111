import { describe, expect, it } from 'vitest';
import { withoutVersion, withoutVersions } from '../../../webview/key-version.ts';

describe('the version in a key', () => {
  it('is left out, and nothing else that has digits', () => {
    expect(withoutVersion('analysis:outline:3:src/a.ts')).toBe('analysis:outline:src/a.ts');
    expect(withoutVersion('tool:web_search:7:page-2')).toBe('tool:web_search:7:page-2');
    expect(withoutVersion('result:review:src/3:x')).toBe('result:review:src/3:x');
  });

  it('is left out of a sentence about an entry, too', () => {
    const told = 'entry analysis:files-part:2001048877:7 changed, noticed 3 s before';
    expect(withoutVersions(told)).toBe('entry analysis:files-part:7 changed, noticed 3 s before');
    expect(withoutVersions('src/a.ts changed at 10:20:30')).toBe('src/a.ts changed at 10:20:30');
  });
});
