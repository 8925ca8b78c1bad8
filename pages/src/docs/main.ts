// Owns the reference page: Swagger UI over the OpenAPI document of the algorithm that the address names. Must not know a field of it.
import 'swagger-ui-dist/swagger-ui.css';
import { getJson } from '../shared/api.ts';
import { byId, element } from '../shared/dom.ts';
import { showLayout } from '../shared/layout.ts';
import { algorithmOfPage, loadSite } from '../shared/site.ts';
import type { Site } from '../shared/site-facts.ts';
import { type Json, referenceView } from './reference-view.ts';
import { repair } from './repairs.ts';
import { openSwagger } from './swagger.ts';

followColours();
try {
  const site = await loadSite();
  const algorithm = algorithmOfPage(site);
  showLayout(site);
  showAlgorithm(site);
  const document = await getJson<Json>(`/openapi/${algorithm.name}.json`);
  await openSwagger(referenceView(document, site, algorithm), byId('reference'));
  repair(byId('reference'));
} catch (error) {
  byId('problem').textContent =
    `The reference cannot be shown: ${error instanceof Error ? error.message : error} Load the page again.`;
}

/** What there is of an algorithm's contract beside the page. */
function linksOfAlgorithm(name: string): readonly (readonly [text: string, href: string])[] {
  return [
    ['OpenAPI, JSON', `/openapi/${name}.json`],
    ['OpenAPI, YAML', `/openapi/${name}.yaml`],
    ...['instance', 'parameters', 'prediction'].map(
      (schema) => [`Vertex AI schema: ${schema}`, `/schemata/${name}/${schema}.yaml`] as const,
    ),
    ['Every error, and what to do', '/errors'],
    ['A sound to try', `/samples/${name}.wav`],
    ['For client generators', `/openapi/${name}.union.json`],
    ['The same without unions', `/openapi/${name}.flat.json`],
  ];
}

function showAlgorithm(site: Site): void {
  const { name, title, summary, version } = algorithmOfPage(site);
  document.title = `${title} · Reference`;
  byId('title').textContent = `${title}: reference`;
  byId('summary').textContent = `${summary}. Contract ${version}.`;
  const others = site.algorithms.map((algorithm) =>
    element(
      'li',
      {},
      element(
        'a',
        { href: `/docs/${algorithm.name}`, 'aria-current': algorithm.name === name && 'page' },
        algorithm.title,
      ),
    ),
  );
  byId('downloads').replaceChildren(
    ...linksOfAlgorithm(name).map(([text, href]) => element('li', {}, element('a', { href }, text))),
  );
  byId('algorithms').hidden = others.length < 2;
  byId('algorithms').replaceChildren(...others);
}

/** Swagger UI is dark where its root says so. */
function followColours(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => void document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}
