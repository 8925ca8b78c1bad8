// Owns how the pages are built: every HTML file beside this one is a page, with the parts that all of them share put in. Must not
// know what a page does.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const ROOT = import.meta.dirname;

/** Where `vite` sends what is no page, while one works on the pages: a server that runs beside it. */
const SERVER = process.env['PAGES_SERVER'] ?? 'http://127.0.0.1:8080';
const SERVER_PATHS = [
  '/v1',
  '/v2',
  '/health',
  '/metrics',
  '^/status$',
  '/site.json',
  '/openapi',
  '/schemata',
  '/samples',
];

/** `<!-- part: NAME -->` becomes `src/shared/NAME.html`, so that head and navigation stand once. */
function sharedParts(): Plugin {
  return {
    name: 'shared-parts',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(/<!-- part: ([a-z-]+) -->/g, (_comment, name: string) =>
          readFileSync(join(ROOT, 'src', 'shared', `${name}.html`), 'utf8').trim(),
        ),
    },
  };
}

export default defineConfig({
  root: ROOT,
  plugins: [sharedParts()],
  server: { proxy: Object.fromEntries(SERVER_PATHS.map((path) => [path, SERVER])) },
  build: {
    rolldownOptions: { input: readdirSync(ROOT).filter((file) => file.endsWith('.html')) },
    // A data: address or an inline script would need an exception in the pages' Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Swagger UI is one file, and it is loaded by its page alone.
    chunkSizeWarningLimit: 2_000,
  },
});
