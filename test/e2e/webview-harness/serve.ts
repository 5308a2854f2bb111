/**
 * The page in a browser, for looking at it while working on it:
 * `node test/e2e/webview-harness/serve.ts [port]`, then `/?theme=light&scenario=busy&live`.
 */
import { startHarness } from './server.ts';

const { url, sizes } = await startHarness(Number(process.argv[2] ?? 0));
console.log(`${url}?theme=dark|light|hc-dark|hc-light&scenario=empty|few|busy|huge[&live]`);
console.table(sizes);
