// Owns the proof that the status page shows what is so, in a real browser, with the real server and the mock behind it.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MockProcess, startMock } from '../../contract-tests/src/mock-process.ts';
import { type ServerProcess, startReadyServer } from '../../contract-tests/src/server-process.ts';
import { openBrowser } from './support/chromium.ts';
import { expectAccessible, expectNoSidewaysScroll, keepScreenshot, NARROW, visit } from './support/visit.ts';

const TOKEN = 'a-token-for-the-pages';

let browser: Browser;
let server: ServerProcess;
let mock: MockProcess;
beforeAll(async () => {
  [browser, server, mock] = await Promise.all([
    openBrowser(),
    startReadyServer({ env: { TOKEN, ALGORITHMS: 'hear,hear-events' } }),
    startMock(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.[Symbol.asyncDispose](), mock?.[Symbol.asyncDispose]()]);
});

test.each([
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: NARROW }],
] as const)('the server’s page, %s', async (name, options) => {
  await visit(browser, server.url, options, async (page) => {
    await page.getByText('The server is ready.').waitFor();
    expect(await page.locator('.notice').allTextContents()).toEqual([expect.stringContaining('untrained')]);
    for (const title of ['HeAR (development model)', 'HeAR event detector (development model)', 'Limits'])
      await page.getByRole('heading', { name: title, exact: true }).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await keepScreenshot(page, `status-${name}`);
  });
});

test('the mock’s page says that it is the mock', async () => {
  await visit(browser, mock.url, {}, async (page) => {
    await page.getByText('The mock is ready.').waitFor();
    await page.getByText('This is the mock.').waitFor();
    await expectAccessible(page);
    await keepScreenshot(page, 'status-mock');
  });
});
