/** Entry of the Cache Explorer's page: takes snapshots from the host, draws each once. */
import './main.css';

import type { Snapshot, ToPage } from '../src/protocol.ts';
import { CacheExplorer } from './cache-explorer.ts';
import { host, reportErrors } from './host.ts';
import { PageState } from './page-state.ts';

/** Relative times change in steps of 10 s. */
const TICK = 10e3;

reportErrors();

const app = document.getElementById('app');
if (!app) throw new Error('The page has no element #app');
const state = new PageState();
const explorer = new CacheExplorer(app, state);

let latest: { snapshot: Snapshot; receivedAt: number } | undefined;
let scheduled = false;

/** At most one drawing per frame, and none while the page is hidden. */
function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(draw);
}

function draw(): void {
  scheduled = false;
  if (!latest) return;
  // The host may run on another machine: its clock counts, ours only measures what passed since.
  const now = latest.snapshot.at + (performance.now() - latest.receivedAt);
  explorer.showSnapshot(latest.snapshot, now);
}

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.type === 'snapshot') {
    latest = { snapshot: data.snapshot, receivedAt: performance.now() };
    schedule();
  } else if (data.type === 'failed') {
    explorer.showFailure(data.message);
  } else {
    state.look(data.view);
  }
});

setInterval(schedule, TICK);
host.postMessage({ type: 'ready', view: state.view });
