// Owns the proof that the reference page works in a real browser: Swagger UI under the strict policy.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { type ServerProcess, startReadyServer } from '../../contract-tests/src/server-process.ts';
import { openBrowser } from './support/chromium.ts';
import { expectAccessible, expectNoSidewaysScroll, keepScreenshot, NARROW, visit } from './support/visit.ts';

const TOKEN = 'a-token-for-the-pages';

let browser: Browser;
let server: ServerProcess;
beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startReadyServer({ env: { TOKEN } })]);
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

test.each([
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: NARROW }],
] as const)('the reference, %s', async (name, options) => {
  await visit(browser, `${server.url}/docs`, options, async (page) => {
    await page.getByText('Predict a batch of instances', { exact: true }).waitFor();
    await keepScreenshot(page, `docs-${name}`);
    await expectAccessible(page, ['#reference']);
    await expectNoSidewaysScroll(page);
  });
});
