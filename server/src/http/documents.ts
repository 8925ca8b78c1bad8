// Owns what a person or a tool reads about the contract: the OpenAPI document of each algorithm, its schemata and the reference
// page. Serves generated files as they are; must not know a call.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';

const GENERATED = fileURLToPath(new URL('../../../generated/', import.meta.url));
/** Swagger UI's own files, from its package: nothing is loaded from elsewhere. */
const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SWAGGER_FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'swagger-ui-standalone-preset.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** One of the three PredictSchemata of an algorithm as YAML text; undefined when there is no such file. */
export async function readSchemaFile(algorithm: string, schema: string): Promise<string | undefined> {
  if (!['instance', 'parameters', 'prediction'].includes(schema)) return undefined;
  return readFile(join(GENERATED, 'vertex', algorithm, `${schema}.yaml`), 'utf8');
}

/** `/docs`, `/openapi.json` and `/openapi/NAME.{json,yaml}` for the algorithms that are served. */
export function documentPages(algorithms: readonly string[]): Hono<{ Bindings: HttpBindings }> {
  const pages = new Hono<{ Bindings: HttpBindings }>();
  pages.get('/', (c) => c.redirect('/docs'));
  pages.get('/openapi.json', (c) => c.redirect(`/openapi/${algorithms[0]}.json`));
  for (const name of algorithms) {
    pages.get(`/openapi/${name}.json`, (c) => ownDocument(c, join(GENERATED, 'openapi', `${name}.json`)));
    pages.get(`/openapi/${name}.yaml`, (c) => file(c, join(GENERATED, 'openapi', `${name}.yaml`), 'application/yaml'));
  }
  pages.get('/docs', (c) => c.html(PAGE, 200, { 'Content-Security-Policy': CONTENT_SECURITY_POLICY }));
  pages.get('/docs/start.js', (c) => c.body(startScript(algorithms), 200, { 'Content-Type': 'text/javascript' }));
  for (const [name, mediaType] of Object.entries(SWAGGER_FILES)) {
    pages.get(`/docs/${name}`, (c) => file(c, join(SWAGGER_UI, name), mediaType));
  }
  return pages;
}

/** The document with this server in place of the contract's sample servers, so that "Try it out" calls the one that was asked. */
async function ownDocument(c: Context, path: string): Promise<Response> {
  const document: object = JSON.parse(await readFile(path, 'utf8'));
  return c.json({ ...document, servers: [{ url: new URL(c.req.url).origin, description: 'This server' }] });
}

async function file(c: Context, path: string, mediaType: string): Promise<Response> {
  // A Buffer of readFile spans its own memory.
  return c.body(new Uint8Array(await readFile(path)), 200, { 'Content-Type': mediaType });
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Prediction API reference</title>
  <link rel="icon" href="/docs/favicon-32x32.png">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <main id="reference"></main>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/swagger-ui-standalone-preset.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;

/** Configures Swagger UI. In a file of its own, so that the page needs no inline script. */
function startScript(algorithms: readonly string[]): string {
  const urls = algorithms.map((name) => ({ name, url: `/openapi/${name}.json` }));
  const options = JSON.stringify({
    dom_id: '#reference',
    urls,
    deepLinking: true,
    validatorUrl: null,
    tryItOutEnabled: true,
    layout: 'StandaloneLayout',
  });
  return `SwaggerUIBundle({ ...${options}, presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset] });\n`;
}
