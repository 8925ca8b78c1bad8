// Owns the proof that the demo page keeps its promises while tokens are refused, the server goes and comes back, or there is no server
// beside it but one far away; and that all of it is done by keys alone.
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, FileChooser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startReadyServer } from '../../contract-tests/src/server-process.ts';
import { openBrowser } from './support/chromium.ts';
import { choose, fixture, giveToken, send, serverNumbers, shownNumbers } from './support/demo-page.ts';
import { expectAccessible, expectNoSidewaysScroll, keepScreenshot, NARROW, visit } from './support/visit.ts';

const TOKEN = 'a-token-for-the-pages';
const ENDPOINT = '/v1/projects/demo/locations/us-central1/endpoints/hear';
const SOUND = 'cough-like-16khz-s16.wav';

let browser: Browser;
let server: ServerProcess;
beforeAll(async () => {
  [browser, server] = await Promise.all([
    openBrowser(),
    startReadyServer({ env: { TOKEN }, args: ['--cors-origin', 'null'] }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

/** Browsers tell of every answer with 401 in their console. */
const UNAUTHORISED = [/401 \(Unauthorized\)/];
/** And of every call to a server that is not there, or still loads its model. */
const AWAY = [/ERR_CONNECTION/, /503 \(Service Unavailable\)/];
const demoOf = ({ url }: ServerProcess): string => `${url}/demo/hear`;

test('a wrong token is refused in words, the right one is taken, and none is kept or shown', async () => {
  await visit(browser, demoOf(server), { expected: UNAUTHORISED }, async (page) => {
    const calls: string[] = [];
    page.on('request', (request) => calls.push(request.url()));
    await choose(page, [SOUND]);
    await giveToken(page, 'another-token-altogether');
    await page.locator('.token .wrong', { hasText: /token/i }).waitFor();
    expect(await page.getByLabel('Token', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await giveToken(page, TOKEN);
    await page.getByText('Token: accepted').waitFor();
    await send(page);
    for (const tab of ['curl', 'Python', 'TypeScript']) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await page.getByRole('tabpanel').filter({ visible: true }).textContent()).not.toContain(TOKEN);
    }
    expect(calls.join(' ')).not.toContain('token-');
    expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]))).not.toContain(
      'token-',
    );
    await page.reload();
    expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe('');
  });
});

test('a token is remembered when the person asks for it, and forgotten when they ask', async () => {
  await visit(browser, demoOf(server), {}, async (page) => {
    await page.getByLabel(/^Remember it/).check();
    await giveToken(page, TOKEN);
    await page.getByText('Token: accepted').click();
    await page.reload();
    await page.getByText('Token: accepted').click();
    await page.getByRole('button', { name: 'Forget it' }).click();
    await page.reload();
    expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe('');
  });
});

test('windows that met an expired token go out with the next one', async () => {
  const first = await startReadyServer({ env: { TOKEN } });
  const port = new URL(first.url).port;
  let second: ServerProcess | undefined;
  try {
    await visit(browser, demoOf(first), { expected: [...UNAUTHORISED, ...AWAY] }, async (page) => {
      await giveToken(page, TOKEN);
      await page.getByText('Token: accepted').waitFor();
      await choose(page, [SOUND]);
      await first[Symbol.asyncDispose]();
      second = await startReadyServer({ env: { TOKEN: 'the-token-of-the-next-day' }, args: ['--port', port] });
      await page.locator('button.send').click();
      await page.locator('.token .wrong').waitFor();
      await page.waitForFunction(() => document.activeElement?.closest('.token') !== null);
      await page.keyboard.type('the-token-of-the-next-day');
      await page.keyboard.press('Enter');
      await page.getByText('1 result.').waitFor();
    });
  } finally {
    await first[Symbol.asyncDispose]();
    await second?.[Symbol.asyncDispose]();
  }
});

test('a server that goes is told of, the windows are kept, and go out when it is back', async () => {
  const first = await startReadyServer({ env: { TOKEN } });
  const port = new URL(first.url).port;
  let second: ServerProcess | undefined;
  try {
    await visit(browser, demoOf(first), { expected: AWAY }, async (page) => {
      await giveToken(page, TOKEN);
      await page.getByText('Token: accepted').waitFor();
      await choose(page, [SOUND]);
      await send(page);
      await choose(page, ['speech-16khz-s16.wav']);
      await first[Symbol.asyncDispose]();
      await page.locator('.state', { hasText: 'The server does not answer.' }).waitFor();
      await page.locator('button.send').click();
      await page.locator('.said', { hasText: 'go out when it is back' }).waitFor();
      await keepScreenshot(page, 'demo-gone');
      second = await startReadyServer({ env: { TOKEN, DEPLOYED_MODEL_ID: 'the-next-model' }, args: ['--port', port] });
      await page.locator('.state', { hasText: 'The server is ready.' }).waitFor();
      // Results of two models lie in two spaces, so that those of the first are not kept beside the second's.
      await page.getByText('Another model answers now: send the other windows again. 1 result.').waitFor();
      expect(await page.locator('.result-list .label').allTextContents()).toEqual([expect.stringContaining('speech')]);
      expect(await page.locator('button.send').textContent()).toBe('Embed 1 window');
      await send(page);
      await expect.poll(() => page.locator('.result-list > li').count()).toBe(2);
    });
  } finally {
    await first[Symbol.asyncDispose]();
    await second?.[Symbol.asyncDispose]();
  }
});

test('the single file works from disk against a server that allows it', async () => {
  const given = await fetch(`${demoOf(server)}/standalone.html`);
  expect(given.headers.get('content-disposition')).toBe('attachment; filename="demo-hear.html"');
  const file = join(tmpdir(), `demo-hear-${process.pid}.html`);
  await writeFile(file, new Uint8Array(await given.arrayBuffer()));
  await visit(browser, pathToFileURL(file).href, {}, async (page) => {
    expect(await page.getByLabel('Server', { exact: true }).inputValue()).toBe(server.url);
    await giveToken(page, TOKEN);
    await choose(page, [SOUND, 'speech-16khz-s16.wav']);
    await send(page);
    const own = await serverNumbers(server.url + ENDPOINT, TOKEN, await readFile(fixture(SOUND)));
    expect(await shownNumbers(page, 0)).toEqual(own);
    // Across origins, too, the page sees where the time went.
    await page.locator('.timing dt', { hasText: 'infer' }).waitFor();
    expect(await page.locator('.notice').allTextContents()).toEqual([expect.stringContaining('untrained')]);
    await expectAccessible(page);
    await keepScreenshot(page, 'demo-standalone');
  });
});

test('the single file says what is missing where a server does not allow it', async () => {
  const closed = await startReadyServer({ env: { TOKEN } });
  try {
    const file = join(tmpdir(), `demo-closed-${process.pid}.html`);
    const given = await fetch(`${demoOf(closed)}/standalone.html`);
    await writeFile(file, new Uint8Array(await given.arrayBuffer()));
    const complaints = [/CORS policy/, /ERR_FAILED/];
    await visit(browser, pathToFileURL(file).href, { expected: complaints, viewport: NARROW }, async (page) => {
      await page.locator('.state', { hasText: 'The server does not answer.' }).waitFor();
      await page.getByText('--cors-origin null').waitFor();
      await expectNoSidewaysScroll(page);
      await page.getByLabel('Server', { exact: true }).fill(server.url);
      await page.getByRole('button', { name: 'Use' }).first().click();
      await page.locator('.state', { hasText: 'The server is ready.' }).waitFor();
    });
  } finally {
    await closed[Symbol.asyncDispose]();
  }
});

test('everything is done by keys alone', async () => {
  await visit(browser, demoOf(server), {}, async (page) => {
    // Long before the dialog opens: whether a test or a person is asked is settled by then.
    const chosen = Promise.withResolvers<FileChooser>();
    page.once('filechooser', chosen.resolve);
    await page.getByLabel('Token', { exact: true }).waitFor();
    await tabTo(page, 'Token');
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByText('Token: accepted').waitFor();
    await tabTo(page, 'Choose files…');
    await page.keyboard.press('Enter');
    const chooser = await chosen.promise;
    await chooser.setFiles([fixture('too-long-3s-4khz-u8.wav'), fixture(SOUND)]);
    await page.getByText('2 sounds read.').waitFor();
    await tabTo(page, 'Embed 2 windows');
    await tabTo(page, 'Window 1 of too-long-3s-4khz-u8.wav');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toBe('0.10 s to 2.10 s');
    await tabTo(page, 'Add a window');
    await page.keyboard.press('Space');
    await tabTo(page, 'Embed 3 windows');
    await page.keyboard.press('Enter');
    await page.getByText('3 results.').waitFor();
    await tabTo(page, 'curl');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tabpanel', { name: 'Python' }).waitFor();
    await tabTo(page, 'Remove too-long-3s-4khz-u8.wav');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('listitem').filter({ hasText: SOUND }).first().isVisible()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.classList.contains('choose'))).toBe(true);
  });
});

/** Presses Tab until the element with this name has the focus, once around the page at most. */
async function tabTo(page: Page, name: string): Promise<void> {
  const seen: string[] = [];
  for (let count = 0; count < 80; count++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null) return '';
      const labels =
        element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((label) => label.textContent) : [];
      return (element.getAttribute('aria-label') ?? labels[0] ?? element.textContent ?? '').trim();
    });
    if (focused === name) return;
    seen.push(focused.slice(0, 40));
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${name}, but to: ${seen.join(' | ')}`);
}
