// Owns what a person reads about the contract: the reference page and each algorithm's document. Must not know a call.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type AlgorithmContract, GENERATED } from '../contract.ts';

export interface Page {
  readonly type: string;
  readonly body: Buffer;
}

/** Swagger UI's own files, from its package: nothing is loaded from elsewhere. */
const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SWAGGER_FILES: Readonly<Record<string, string>> = {
  '/docs/swagger-ui.css': 'text/css',
  '/docs/swagger-ui-bundle.js': 'text/javascript',
  '/docs/swagger-ui-standalone-preset.js': 'text/javascript',
  '/docs/favicon-32x32.png': 'image/png',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Prediction API reference (mock)</title>
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

/** The page at a path; undefined when there is none. `/` and `/openapi.json` lead to the reference and the first document. */
export async function pageAt(
  path: string,
  contracts: readonly AlgorithmContract[],
  origin: string,
): Promise<Page | undefined> {
  if (path === '/' || path === '/docs') return { type: 'text/html; charset=utf-8', body: Buffer.from(PAGE) };
  if (path === '/docs/start.js') return { type: 'text/javascript', body: Buffer.from(startScript(contracts)) };
  const type = SWAGGER_FILES[path];
  if (type !== undefined) return { type, body: await readFile(join(SWAGGER_UI, path.slice('/docs/'.length))) };
  const [, given = contracts[0]?.name, ending] = /^\/openapi(?:\/([a-z0-9-]+))?\.(json|yaml)$/.exec(path) ?? [];
  const contract = ending === undefined ? undefined : contracts.find(({ name }) => name === given);
  if (contract === undefined) return undefined;
  if (ending === 'yaml') {
    return { type: 'application/yaml', body: await readFile(join(GENERATED, 'openapi', `${contract.name}.yaml`)) };
  }
  // "Try it out" calls the server that is named first.
  const servers = [{ url: origin, description: 'This mock' }];
  return { type: 'application/json', body: Buffer.from(JSON.stringify({ ...contract.document, servers })) };
}

/** Configures Swagger UI, in a file of its own so that the page needs no inline script. */
function startScript(contracts: readonly AlgorithmContract[]): string {
  const options = JSON.stringify({
    dom_id: '#reference',
    urls: contracts.map(({ name }) => ({ name, url: `/openapi/${name}.json` })),
    deepLinking: true,
    validatorUrl: null,
    tryItOutEnabled: true,
    layout: 'StandaloneLayout',
  });
  return `SwaggerUIBundle({ ...${options}, presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset] });\n`;
}
