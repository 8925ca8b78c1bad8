// Owns the status page: asks the program how it is, again and again while somebody looks, and says when it does not answer. What the
// figures look like is report.ts's matter.
import { getJson, UnreachableError, wantsToken } from '../shared/api.ts';
import { byId, element } from '../shared/dom.ts';
import { noticeDevelopment, showLayout } from '../shared/layout.ts';
import { loadSite } from '../shared/site.ts';
import type { Site } from '../shared/site-facts.ts';
import type { StatusReport } from '../shared/status-report.ts';
import { onToken } from '../shared/token.ts';
import { tokenField } from '../shared/token-field.ts';
import { linksOf } from './links.ts';
import { mockSection } from './mock-section.ts';
import { reportOf } from './report.ts';

const EVERY_MS = 2_000;

let site: Site | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | undefined;

async function look(): Promise<void> {
  clearTimeout(timer);
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    site ??= await loadSite();
    introduce(site);
    const report = await getJson<StatusReport>('/status', { signal });
    byId('token').replaceChildren();
    show(report);
  } catch (error) {
    // A later look has begun, and its answer counts.
    if (signal.aborted) return;
    explain(error);
  }
  if (!signal.aborted && document.visibilityState === 'visible') timer = setTimeout(() => void look(), EVERY_MS);
}

let introduced = false;
function introduce(known: Site): void {
  if (introduced) return;
  introduced = true;
  showLayout(known);
  document.title = `Status · Prediction ${known.program}`;
  byId('links').replaceChildren(...linksOf(known));
  if (known.mock !== undefined) byId('mock').replaceChildren(mockSection(known.mock));
}

function show(report: StatusReport): void {
  const program = site?.program ?? 'server';
  const text = report.ready ? `The ${program} is ready.` : PHASES[report.phase];
  setState(report.ready ? 'ready' : 'waiting', text);
  const untrained = program === 'mock' ? [] : report.algorithms.filter(({ model }) => model.development);
  noticeDevelopment(untrained.map(({ model }) => model.displayName));
  byId('report').classList.remove('stale');
  byId('report').replaceChildren(...reportOf(report));
}

const PHASES = {
  starting: 'Loading and warming up the models. Calls are answered with 503 until then.',
  serving: 'Not ready: no worker can compute at present.',
  draining: 'Shutting down: what was accepted is finished, new calls are answered with 503.',
} as const satisfies Record<StatusReport['phase'], string>;

function explain(error: unknown): void {
  if (wantsToken(error)) {
    byId('report').replaceChildren();
    const wrong = error.reason === 'MISSING_TOKEN' ? undefined : error.message;
    setState('waiting', 'The server answers. It shows its figures to callers with a token.');
    // What a person types must not be taken from under their hands.
    if (byId('token').dataset['problem'] !== (wrong ?? '') || byId('token').childElementCount === 0) {
      byId('token').dataset['problem'] = wrong ?? '';
      byId('token').replaceChildren(tokenField(wrong));
    }
    return;
  }
  byId('report').classList.add('stale');
  const gone = error instanceof UnreachableError;
  setState(
    'gone',
    gone ? 'The server does not answer. Asking again every 2 seconds; the figures are of before.' : String(error),
  );
}

/** Read out by screen readers, so it changes only when there is news. */
function setState(state: 'ready' | 'waiting' | 'gone', text: string): void {
  const line = byId('state');
  line.dataset['state'] = state;
  if (line.textContent !== text) line.replaceChildren(element('span', {}, text));
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void look();
});
onToken(() => {
  delete byId('token').dataset['problem'];
  byId('token').replaceChildren();
  void look();
});
void look();
