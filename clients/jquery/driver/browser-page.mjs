// Owns a page of a real browser: a site of a client's files under a policy without eval or inline code, Chromium, and whatever the
// page complains of. Must not know cases or tests.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumPath } from './chromium.mjs';

const CLIENT = fileURLToPath(new URL('..', import.meta.url));
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
};
/** What a careful site sends. Calls may go anywhere, as the server's address is the case's. */
const policy = (scripts) =>
  `default-src 'none'; script-src 'self' ${scripts}; style-src 'self'; img-src data:; connect-src *`;

/**
 * Opens a page on a site of its own, another origin than any server's.
 *
 * @param {string} path below the folder
 * @param {object} site
 * @param {string} [site.folder] what the site holds; this client by default
 * @param {ReadonlyMap<string, string>} [site.files] further addresses → path of the file; may grow while the page is open
 * @param {string} [site.scripts] further sources of scripts that the policy allows
 */
export async function openBrowserPage(path, { folder = CLIENT, files = new Map(), scripts = '' } = {}) {
  const site = await startSite({ folder, files, scripts });
  const browser = await chromium.launch({ executablePath: chromiumPath() });
  const close = async () => {
    await browser.close();
    await site.close();
  };
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      const text = message.text();
      // A call that is refused or lost is written there, too, and no mistake of the page.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text);
    });
    await page.goto(`${site.origin}/${path}`);
    return { page, complaints, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startSite({ folder, files, scripts }) {
  const server = createServer(({ url }, response) => {
    // The parser takes away what would lead out of the folder.
    const address = decodeURIComponent(new URL(url, 'http://site').pathname);
    const headers = {
      'Content-Security-Policy': policy(scripts),
      'Content-Type': TYPES[extname(address)] ?? 'application/octet-stream',
    };
    createReadStream(files.get(address) ?? join(folder, address))
      .once('error', () => response.writeHead(404).end())
      .once('ready', function send() {
        this.pipe(response.writeHead(200, headers));
      });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
