// Owns Swagger UI: its own bundle from its package, which is loaded as it is, and its settings.
import bundleUrl from 'swagger-ui-dist/swagger-ui-bundle.js?url';
import { token } from '../shared/token.ts';

/** The part of Swagger UI's door that is used here (swagger-ui, docs/usage/configuration.md). */
type SwaggerUIBundle = (settings: {
  readonly spec: object;
  readonly domNode: HTMLElement;
  readonly tryItOutEnabled: boolean;
  readonly syntaxHighlight: false;
  readonly defaultModelsExpandDepth: number;
  readonly validatorUrl: null;
  readonly persistAuthorization: boolean;
  readonly onComplete: () => void;
}) => { preauthorizeApiKey(scheme: string, key: string): unknown };

declare global {
  interface Window {
    /** Set by the bundle. */
    SwaggerUIBundle?: SwaggerUIBundle;
  }
}

/** Shows an OpenAPI document inside `place`. Resolves when it is there; rejects when the bundle cannot be loaded. */
export async function openSwagger(spec: object, place: HTMLElement): Promise<void> {
  await loadScript(bundleUrl);
  const { SwaggerUIBundle: open } = window;
  if (open === undefined) throw new Error('Swagger UI did not start.');
  const ui = await new Promise<ReturnType<SwaggerUIBundle>>((resolve) => {
    const opened = open({
      spec,
      domNode: place,
      tryItOutEnabled: true,
      // Its colours are too pale to be read, and an answer has thousands of numbers.
      syntaxHighlight: false,
      // The list of schemata begins folded.
      defaultModelsExpandDepth: 0,
      // A validator is another party's server.
      validatorUrl: null,
      persistAuthorization: false,
      // It may be called before the door is there.
      onComplete: () => queueMicrotask(() => resolve(opened)),
    });
  });
  const given = token();
  if (given !== undefined) ui.preauthorizeApiKey('bearer', given);
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
