// Draws media/icon.png from media/icon.svg: node scripts/icon.mjs
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findProgram } from './run.mjs';

const media = fileURLToPath(new URL('../media/', import.meta.url));
const browser = await chromium.launch({
  executablePath: findProgram('chromium', 'google-chrome'),
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
const svg = readFileSync(`${media}icon.svg`, 'utf8');
await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
await page.screenshot({ path: `${media}icon.png`, omitBackground: true });
await browser.close();
