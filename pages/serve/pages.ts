// Owns the addresses of the pages and of what they load: the built files, the OpenAPI documents, and the facts that a page needs
// before anybody has given a token. Must not know which program serves them, nor a call of the API.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, Hono } from 'hono';
import type { Site } from '../src/shared/site-facts.ts';
import { builtFiles } from './built-files.ts';
import { GENERATED, STANDALONE } from './places.ts';
import { sampleOf } from './sample.ts';
import { type Content, contentOf, send } from './send.ts';
import { standaloneCopy } from './standalone.ts';

/** One page: where it is served, and the HTML file of the build that stands there. */
interface PageRow {
  /** With `{algorithm}` in it, a page for each that is served. */
  readonly path: string;
  readonly file: string;
  /** Sources beside the page's own origin, by directive of the Content-Security-Policy. */
  readonly sources?: Readonly<Record<string, string>>;
  /** The page may ask for the microphone. */
  readonly microphone?: true;
}

const OF_ALGORITHM = '{algorithm}';

const PAGES: readonly PageRow[] = [
  { path: '/', file: 'status.html' },
  { path: '/errors', file: 'errors.html' },
  // Swagger UI's icons are data: addresses in its stylesheet.
  { path: '/docs/{algorithm}', file: 'docs.html', sources: { 'img-src': 'data:' } },
  {
    path: '/demo/{algorithm}',
    file: 'demo.html',
    // Sounds are played from memory; the style is the one that wavesurfer.js puts into the waveform's shadow tree.
    sources: { 'media-src': 'blob:', 'style-src': "'sha256-7Wn/5ghbhb9U5yM332FZpa4jDUilNGJdZ87eJ6XZFBA='" },
    microphone: true,
  },
];

/** Where an address without an algorithm leads: to the first one's page. */
const SHORT: readonly string[] = ['/docs', '/demo'];

export interface PagesOptions {
  readonly site: Site;
}

/**
 * The pages and documents of the algorithms that `site` names: GET and HEAD, without a token. Reads the build once, when it is called,
 * and throws when there is none.
 */
export function createPages({ site }: PagesOptions): Hono {
  const app = new Hono();
  const names = site.algorithms.map(({ name }) => name);
  const files = builtFiles();
  for (const { path, file, sources = {}, microphone = false } of PAGES) {
    const content = htmlOf(files, file);
    const manner = { page: { sources, microphone } };
    const paths = path.includes(OF_ALGORITHM) ? names.map((name) => path.replace(OF_ALGORITHM, name)) : [path];
    for (const own of paths) app.get(own, (c) => send(c, content, manner));
  }
  const single = htmlOf(files, STANDALONE.built);
  for (const name of names) {
    app.get(`/demo/${name}/standalone.html`, (c) =>
      // Were it shown, the policy would keep its scripts from running here, with this origin's rights.
      send(c, standaloneCopy(single, new URL(c.req.url).origin, name), {
        page: { sources: {}, microphone: false },
        fileName: `demo-${name}.html`,
      }),
    );
  }
  for (const path of SHORT) app.get(path, (c) => c.redirect(`${path}/${names[0]}`));
  for (const [path, content] of files) {
    if (!path.endsWith('.html')) app.get(`/${path}`, (c) => send(c, content, { forever: true }));
  }
  app.get('/site.json', (c) => send(c, contentOf(JSON.stringify(site), 'application/json')));
  for (const ending of ['json', 'yaml']) {
    app.get(`/openapi.${ending}`, (c) => c.redirect(`/openapi/${names[0]}.${ending}`));
  }
  for (const name of names) {
    const document: object = JSON.parse(readFileSync(join(GENERATED, 'openapi', `${name}.json`), 'utf8'));
    const yaml = contentOf(readFileSync(join(GENERATED, 'openapi', `${name}.yaml`)), 'application/yaml');
    app.get(`/openapi/${name}.json`, (c) => send(c, ownDocument(c, document, site)));
    app.get(`/openapi/${name}.yaml`, (c) => send(c, yaml));
    for (const view of ['union', 'flat']) {
      const text = contentOf(readFileSync(join(GENERATED, 'client-view', `${name}.${view}.json`)), 'application/json');
      app.get(`/openapi/${name}.${view}.json`, (c) => send(c, text));
    }
    const sample = sampleOf(name, document);
    app.get(`/samples/${name}.wav`, (c) => send(c, contentOf(sample, 'audio/wav')));
  }
  return app;
}

function htmlOf(files: ReadonlyMap<string, Content>, name: string): Content {
  const content = files.get(name);
  if (content === undefined) throw new Error(`The build has no ${name}. Run npm run pages.`);
  return content;
}

/** Whether GET has an answer at this path, for whoever must tell a wrong method from a wrong path. */
export function hasPage(pages: Pick<Hono, 'router'>, path: string): boolean {
  return pages.router.match('GET', path)[0].length > 0;
}

/** The document with this program in place of the contract's sample servers, so that whoever reads it calls the one that was asked. */
function ownDocument(c: Context, document: object, { program }: Site): Content {
  const { protocol, host } = new URL(c.req.url);
  const servers = [{ url: `${protocol}//${host}`, description: `This ${program}` }];
  return contentOf(JSON.stringify({ ...document, servers }), 'application/json');
}
