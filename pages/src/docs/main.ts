// Owns the reference page: Swagger UI over the OpenAPI document of the algorithm that the address names. Must not know a field of it.
import 'swagger-ui-dist/swagger-ui.css';
import { byId, element } from '../shared/dom.ts';
import { showLayout } from '../shared/layout.ts';
import { algorithmOfPage, loadSite } from '../shared/site.ts';
import type { Site } from '../shared/site-facts.ts';
import { openSwagger } from './swagger.ts';

try {
  const site = await loadSite();
  showLayout(site);
  showAlgorithm(site);
  await openSwagger(algorithmOfPage(site), byId('reference'));
} catch (error) {
  byId('problem').textContent =
    `The reference cannot be shown: ${error instanceof Error ? error.message : error} Load the page again.`;
}

function showAlgorithm(site: Site): void {
  const { name, title, summary } = algorithmOfPage(site);
  document.title = `${title} · Reference`;
  byId('title').textContent = `${title}: reference`;
  byId('summary').textContent = `${summary}.`;
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
  byId('algorithms').hidden = others.length < 2;
  byId('algorithms').replaceChildren(...others);
}
