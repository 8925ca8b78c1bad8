// Owns Swagger UI: its own bundle from its package, which is loaded as it is, and its settings.
import bundleUrl from 'swagger-ui-dist/swagger-ui-bundle.js?url';
import type { SiteAlgorithm } from '../shared/site-facts.ts';

/** The part of Swagger UI's door that is used here (swagger-ui, docs/usage/configuration.md). */
type SwaggerUIBundle = (settings: {
  readonly url: string;
  readonly domNode: HTMLElement;
  readonly deepLinking: boolean;
  readonly tryItOutEnabled: boolean;
  readonly validatorUrl: null;
  readonly persistAuthorization: boolean;
  readonly onComplete: () => void;
}) => unknown;

declare global {
  interface Window {
    /** Set by the bundle. */
    SwaggerUIBundle?: SwaggerUIBundle;
  }
}

/** Shows the algorithm's document inside `place`. Resolves when it is there; rejects when the bundle cannot be loaded. */
export async function openSwagger({ name }: SiteAlgorithm, place: HTMLElement): Promise<void> {
  await loadScript(bundleUrl);
  const { SwaggerUIBundle: open } = window;
  if (open === undefined) throw new Error('Swagger UI did not start.');
  await new Promise<void>((resolve) => {
    open({
      url: `/openapi/${name}.json`,
      domNode: place,
      deepLinking: true,
      tryItOutEnabled: true,
      // A validator is another party's server.
      validatorUrl: null,
      persistAuthorization: false,
      onComplete: resolve,
    });
  });
}

function loadScript(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = src;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error('Swagger UI cannot be loaded.')));
    document.head.append(script);
  });
}
