// Owns the proof that the status page shows what is so, in a real browser, with the real server and the mock behind it.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type MockProcess, startMock } from '../../contract-tests/src/mock-process.ts';
import { send } from '../../contract-tests/src/send.ts';
import { type ServerProcess, startReadyServer } from '../../contract-tests/src/server-process.ts';
import { wavFile } from '../../contract-tests/src/wav-file.ts';
import { openBrowser } from './support/chromium.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  keepScreenshot,
  NARROW,
  VISIT_LIMIT_MS,
  visit,
} from './support/visit.ts';

vi.setConfig({ testTimeout: VISIT_LIMIT_MS });

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
    for (const scenario of ['flaky', 'overloaded']) await page.getByText(scenario, { exact: true }).waitFor();
    await expectAccessible(page);
    await keepScreenshot(page, 'status-mock');
  });
});

test('the figures follow the calls', async () => {
  const body = JSON.stringify({ instances: [{ input_bytes: wavFile({}).toString('base64') }] });
  await visit(browser, server.url, {}, async (page) => {
    await page.getByText('The server is ready.').waitFor();
    const answer = await send(server.url, {
      method: 'POST',
      path: '/v1/projects/demo/locations/us-central1/endpoints/hear:predict',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: Buffer.from(body),
    });
    expect(answer.status).toBe(200);
    const section = page.locator('[data-algorithm="hear"]');
    await section.getByRole('row', { name: /^infer/ }).waitFor();
    await section.getByRole('row', { name: /^the whole call/ }).waitFor();
    await keepScreenshot(page, 'status-figures');
  });
});

test('everything that the page links to is there', async () => {
  await visit(browser, server.url, {}, async (page) => {
    await page.locator('#links a').first().waitFor();
    const links = await page
      .locator('a[href^="/"]')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(links.length).toBeGreaterThan(15);
    for (const href of links)
      expect([href, (await page.request.get(`${server.url}${href}`)).status()]).toEqual([href, 200]);
  });
});

test('with the keyboard alone: the skip link, the navigation, and nothing that holds the focus', async () => {
  await visit(browser, server.url, {}, async (page) => {
    await page.getByText('The server is ready.').waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    // Behind the content's beginning the next stop is inside it.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
    await page.goto('about:blank');
    await page.goto(server.url);
    await page.getByText('The server is ready.').waitFor();
    const order: string[] = [];
    for (let stop = 0; stop < 5; stop += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order.slice(0, 4)).toEqual(['Skip to the content', 'predict-schemata', 'Status', 'Reference']);
  });
});

test('a server that is gone is said to be, and found again', async () => {
  const args = ['--metrics', 'open'];
  const first = await startReadyServer({ args, env: { TOKEN, ALGORITHMS: 'hear' } });
  const port = new URL(first.url).port;
  await visit(browser, first.url, { expected: [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|503/] }, async (page) => {
    await page.getByText('The server is ready.').waitFor();
    await first[Symbol.asyncDispose]();
    await page.getByText('The server does not answer.').waitFor();
    await expectAccessible(page);
    await using _second = await startReadyServer({
      args: [...args, '--port', port],
      env: { TOKEN, ALGORITHMS: 'hear' },
    });
    await page.getByText('The server is ready.').waitFor();
  });
});

test('figures that need a token: none, a wrong one, the right one, and whether it is remembered', async () => {
  await using guarded = await startReadyServer({ args: ['--metrics', 'token'], env: { TOKEN, ALGORITHMS: 'hear' } });
  await visit(browser, guarded.url, { expected: [/401/] }, async (page) => {
    const give = async (token: string): Promise<void> => {
      await page.getByLabel('Token', { exact: true }).fill(token);
      await page.getByRole('button', { name: 'Use', exact: true }).click();
    };
    const stored = () => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    await page.getByText('to callers with a token').waitFor();
    await expectAccessible(page);
    await give('another-token-that-is-wrong');
    await page.getByText('The bearer token is not one').waitFor();
    await expectAccessible(page);
    await keepScreenshot(page, 'status-wrong-token');
    await give(TOKEN);
    await page.getByText('The server is ready.').waitFor();
    expect([await stored(), page.url().includes(TOKEN)]).toEqual(['{}', false]);
    await page.reload();
    await page.getByText('to callers with a token').waitFor();
    await page.getByLabel('Remember it').check();
    await give(TOKEN);
    await page.getByText('The server is ready.').waitFor();
    expect(await stored()).toContain(TOKEN);
    await page.reload();
    await page.getByText('The server is ready.').waitFor();
  });
});
