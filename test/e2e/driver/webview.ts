import type { Frame, Page } from 'playwright-core';
import { until } from './until.ts';

/**
 * A webview is two nested frames: VS Code's own, and in it the page that the extension wrote, whose
 * frame carries the panel's title.
 */
export function findWebview(page: Page, title: string): Promise<Frame> {
  return until(`the webview ${title}`, async () => {
    for (const frame of page.frames()) {
      const outer = frame.parentFrame();
      if (!outer?.url().includes('/webview/')) continue;
      const element = await frame.frameElement();
      const shown = (await element.getAttribute('title')) === title;
      const active = (await element.getAttribute('id')) === 'active-frame';
      if (shown && active && (await frame.evaluate<string>('document.readyState')) === 'complete')
        return frame;
    }
    return undefined;
  });
}
