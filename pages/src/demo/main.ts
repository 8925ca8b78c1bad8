// Owns the demo page around its workbench: where the server is and whether it is there, which algorithm the page is for, and the token.
import { UnreachableError, useServer, wantsToken } from '../shared/api.ts';
import { byId, element } from '../shared/dom.ts';
import { noticeDevelopment, showLayout } from '../shared/layout.ts';
import { algorithmOfPage, type EndpointFacts, loadEndpoint, loadSite } from '../shared/site.ts';
import type { Site, SiteAlgorithm } from '../shared/site-facts.ts';
import { onToken, token, useToken } from '../shared/token.ts';
import { tokenField } from '../shared/token-field.ts';
import { factsOf } from './client.ts';
import { placeOf } from './place.ts';
import { type ServerState, watchServer } from './server-watch.ts';
import { serverForm } from './view/server-form.ts';
import { createWorkbench, type Workbench } from './workbench.ts';

const place = placeOf(document.documentElement, location);

/** What is known of the server, once it has answered. */
interface Found {
  readonly site: Site;
  readonly algorithm: SiteAlgorithm;
  readonly workbench: Workbench;
}
let found: Found | undefined;
/** Undefined until the endpoint has answered, which takes a token. */
let endpoint: EndpointFacts | undefined;

const watch = watchServer(
  () => `${place.server}/health/ready`,
  (state) => {
    showState(state);
    if (state !== 'gone') void greet(state);
  },
);

const STATE_WORDS = {
  asking: 'Asking the server…',
  ready: 'The server is ready.',
  waiting: 'The server answers, but takes no predictions at present. Asking again every 3 seconds.',
  gone: 'The server does not answer. Your sounds are kept; asking again every 3 seconds.',
} as const satisfies Record<ServerState, string>;

/** Read out by screen readers. */
function showState(state: ServerState): void {
  const line = byId('state');
  line.dataset['state'] = state;
  line.textContent = STATE_WORDS[state];
}

/** The server is there, for the first time or again. */
async function greet(state: ServerState): Promise<void> {
  try {
    if (found === undefined) {
      const { server } = place;
      const site = await loadSite();
      // Another greeting may have been faster, or another server may have been named meanwhile.
      if (server !== place.server) return;
      found ??= open(site);
    }
    byId('problem').textContent = '';
    if (state === 'ready' && (await askEndpoint(found))) found.workbench.resume();
  } catch (error) {
    // That it is gone again is the watch's news.
    if (!(error instanceof UnreachableError))
      byId('problem').textContent = String(error instanceof Error ? error.message : error);
  }
}

/** Fills the page, now that it is known what the server serves. */
function open(site: Site): Found {
  const algorithm = algorithmOfPage(site, `/${place.algorithm ?? ''}`);
  const { title, summary, name } = algorithm;
  const workbench = createWorkbench({
    algorithm: factsOf(name),
    endpoint: algorithm.endpoint,
    server: () => place.server,
    look: () => watch.look(),
    facts: () => endpoint,
    onTokenRefused: (message) => showToken(message)?.select(),
    onSent: ({ modelDisplayName }) => {
      // A model may be swapped while its server runs.
      if (modelDisplayName !== endpoint?.modelDisplayName) void greet('ready');
    },
  });
  showLayout(site);
  document.title = `${title} · Demo`;
  byId('title').textContent = title;
  byId('summary').textContent = `${summary}: choose or record sounds, and see what the model makes of them.`;
  byId('elsewhere').replaceChildren(...elsewhere(site, name));
  byId('workbench').replaceChildren(workbench.root);
  return { site, algorithm, workbench };
}

function elsewhere({ algorithms }: Site, name: string): HTMLLIElement[] {
  const link = (href: string, text: string, download = false): HTMLLIElement =>
    element('li', {}, element('a', { href: place.server + href, download }, text));
  const others = algorithms.filter((algorithm) => algorithm.name !== name);
  return [
    ...(place.onDisk ? [] : others.map((other) => link(`/demo/${other.name}`, other.title))),
    link(`/docs/${name}`, 'Reference'),
    ...(place.onDisk ? [] : [link(`/demo/${name}/standalone.html`, 'This page as one file', true)]),
  ];
}

/** Gives whether the endpoint has answered. Throws what is not about the token. */
async function askEndpoint({ algorithm, site, workbench }: Found): Promise<boolean> {
  if (site.asksToken && token() === undefined) {
    showToken(undefined);
    return false;
  }
  try {
    endpoint = await loadEndpoint(algorithm);
  } catch (error) {
    if (!wantsToken(error)) throw error;
    showToken(error.message);
    return false;
  }
  noticeDevelopment(site.program === 'server' && endpoint.development ? [endpoint.modelDisplayName] : []);
  if (token() === undefined) byId('token').replaceChildren();
  else {
    const details = element(
      'details',
      {},
      element('summary', {}, 'Token: accepted'),
      tokenField(undefined, !place.onDisk),
    );
    byId('token').replaceChildren(details);
  }
  workbench.refresh();
  return true;
}

/** Asks for a token; gives where it is typed. */
function showToken(problem: string | undefined): HTMLInputElement | null {
  const form = tokenField(problem, !place.onDisk);
  byId('token').replaceChildren(form);
  return form.querySelector('input');
}

if (place.onDisk) {
  // They lead to pages of a server, and beside a file there are none.
  document.querySelector('header nav')?.remove();
  document.querySelector('header .brand')?.removeAttribute('href');
  useServer(place.server);
  byId('server').replaceChildren(
    serverForm(place.server, (origin) => {
      // A token is for one server, and no other must see it.
      if (origin !== place.server) useToken('', false);
      place.server = origin;
      useServer(origin);
      found = undefined;
      endpoint = undefined;
      byId('workbench').replaceChildren();
      showState('asking');
      void watch.look().then((state) => {
        showState(state);
        if (state !== 'gone') void greet(state);
      });
    }),
  );
}
onToken(() => {
  if (found !== undefined && watch.state === 'ready') void greet('ready');
});
showState('asking');
void watch.look();
