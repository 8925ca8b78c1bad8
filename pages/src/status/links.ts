// Owns the list of everything else that the program serves.
import { element } from '../shared/dom.ts';
import type { Site } from '../shared/site-facts.ts';

/** One item for each address, those of an algorithm with its title. */
export function linksOf({ algorithms, program }: Site): HTMLLIElement[] {
  const ofAlgorithms = algorithms.flatMap(({ name, title }): [string, string][] => [
    [`${title}: demo, with sounds of your own`, `/demo/${name}`],
    [`${title}: reference, to try out`, `/docs/${name}`],
    [`${title}: OpenAPI, JSON`, `/openapi/${name}.json`],
    [`${title}: OpenAPI, YAML`, `/openapi/${name}.yaml`],
    ...['instance', 'parameters', 'prediction'].map((schema): [string, string] => [
      `${title}: Vertex AI schema, ${schema}`,
      `/schemata/${name}/${schema}.yaml`,
    ]),
  ]);
  const links: [string, string][] = [
    ...ofAlgorithms,
    ['Every error, and what to do', '/errors'],
    ['Live', '/health/live'],
    ['Ready', '/health/ready'],
    ['This page as JSON', '/status'],
    ...(program === 'server' ? [['Metrics for Prometheus', '/metrics'] as [string, string]] : []),
  ];
  return links.map(([text, href]) => element('li', {}, element('a', { href }, text)));
}
