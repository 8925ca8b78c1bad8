// Owns the proof that a person can try every operation of the reference out: the token given once, the examples executed as they stand,
// a file picked and sent. In a real browser, on the real server and on the mock.
import { algorithmFacts } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type MockProcess, startMock } from '../../contract-tests/src/mock-process.ts';
import { repositoryRoot } from '../../contract-tests/src/repository-root.ts';
import { type ServerProcess, startReadyServer } from '../../contract-tests/src/server-process.ts';
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
/** What Vertex AI sets in a container: the ids that the contract's examples have. */
const CONTAINER = { AIP_ENDPOINT_ID: '1234567890', AIP_DEPLOYED_MODEL_ID: '9876543210', AIP_HTTP_PORT: '0' };
const PREDICT = '/v1/projects/{project}/locations/{location}/endpoints/{endpoint}:predict';
const RAW_PREDICT = PREDICT.replace(/:predict$/, ':rawPredict');
const CLIP = `${repositoryRoot}/fixtures/hear/cough-like-16khz-s16.wav`;

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

/** Gives the token in Swagger UI's own dialogue. */
async function authorize(page: Page, token = TOKEN): Promise<void> {
  await page.locator('.btn.authorize').click();
  const dialogue = page.locator('.modal-ux');
  await dialogue.locator('input').fill(token);
  await dialogue.locator('.auth-btn-wrapper .authorize').click();
  await dialogue.locator('.btn-done').click();
}

/** An operation; the address stands in the page with soft breaks. */
function operation(page: Page, method: string, path: string): Locator {
  return page.locator(`.opblock-${method}`).filter({ has: page.locator(`.opblock-summary-path[data-path="${path}"]`) });
}

/** Opens an operation by its summary line. */
async function open(page: Page, method: string, path: string): Promise<Locator> {
  const block = operation(page, method, path);
  await block.locator('.opblock-summary-control').click();
  return block;
}

/** Executes an open operation as it stands; gives the status that is shown. */
async function execute(block: Locator): Promise<string> {
  await block.locator('.btn.execute').click();
  return (await block.locator('.live-responses-table .response-col_status').last().textContent())?.trim() ?? '';
}

/** Every operation on the page. */
async function operationsOn(page: Page): Promise<{ method: string; path: string }[]> {
  await page.locator('.opblock-summary-path').first().waitFor();
  return page.locator('.opblock-summary').evaluateAll((summaries) =>
    summaries.map((summary) => ({
      method: summary.querySelector('.opblock-summary-method')?.textContent?.toLowerCase() ?? '',
      path: summary.querySelector('[data-path]')?.getAttribute('data-path') ?? '',
    })),
  );
}

/** Executes each operation with what the page has filled in; gives those that were not answered with 200. */
async function executeAll(page: Page): Promise<{ tried: number; failed: string[] }> {
  const failed: string[] = [];
  const operations = await operationsOn(page);
  for (const { method, path } of operations) {
    const block = await open(page, method, path);
    const status = await execute(block);
    if (!status.startsWith('200')) failed.push(`${method} ${path}: ${status}`);
    await block.locator('.opblock-summary-control').click();
  }
  return { tried: operations.length, failed };
}

test.each([
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: NARROW }],
] as const)('the reference, %s', async (name, options) => {
  await visit(browser, `${server.url}/docs`, options, async (page) => {
    const [first] = await operationsOn(page);
    await keepScreenshot(page, `docs-${name}`);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await open(page, 'post', first?.path ?? '');
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});

describe.each(['server', 'mock'] as const)('on the %s', (name) => {
  const url = () => (name === 'server' ? server.url : mock.url);

  test('says which contract it is', async () => {
    await visit(browser, `${url()}/docs/hear-events`, {}, async (page) => {
      await operationsOn(page);
      expect(await page.locator('#summary').textContent()).toContain(
        `Contract ${algorithmFacts['hear-events'].version}.`,
      );
    });
  });

  test('every operation works as it stands', async () => {
    // One algorithm on each: what differs between algorithms has nothing to do with what differs between programs.
    await visit(browser, `${url()}/docs/${name === 'server' ? 'hear' : 'hear-events'}`, {}, async (page) => {
      await authorize(page);
      const { tried, failed } = await executeAll(page);
      expect(tried).toBeGreaterThan(15);
      expect(failed).toEqual([]);
    });
  });

  test('a file that was picked gets its prediction', async () => {
    await visit(browser, `${url()}/docs/hear`, {}, async (page) => {
      await authorize(page);
      const block = await open(page, 'post', RAW_PREDICT);
      await block
        .locator('.body-param-content-type select, select[aria-label="Request content type"]')
        .first()
        .selectOption('audio/wav');
      await block.locator('input[type="file"]').setInputFiles(CLIP);
      expect(await execute(block)).toMatch(/^200/);
      const answer = JSON.parse((await block.locator('.live-responses-table .microlight').first().textContent()) ?? '');
      expect(answer.predictions).toEqual([{ embedding: expect.any(Array) }]);
      await expectAccessible(page);
      await keepScreenshot(page, `docs-file-${name}`);
    });
  });
});

test('the operations of a container work in one', async () => {
  await using container = await startReadyServer({ env: { ...CONTAINER, TOKEN, ALGORITHMS: 'hear' } });
  await visit(browser, `${container.url.replace('0.0.0.0', '127.0.0.1')}/docs/hear`, {}, async (page) => {
    for (const [method, path] of [
      ['get', '/v1/endpoints/{endpoint}/deployedModels/{deployedModel}'],
      ['post', '/v1/endpoints/{endpoint}/deployedModels/{deployedModel}:predict'],
    ] as const) {
      expect([path, await execute(await open(page, method, path))]).toEqual([path, expect.stringMatching(/^200/)]);
    }
  });
});

test('a wrong token, and none, are told in the contract’s words', async () => {
  await visit(browser, `${server.url}/docs/hear`, { expected: [/401/] }, async (page) => {
    const block = await open(page, 'post', PREDICT);
    expect(await execute(block)).toMatch(/^401/);
    await authorize(page, 'another-token-that-is-wrong');
    expect(await execute(block)).toMatch(/^401/);
    await block.getByText('INVALID_TOKEN').first().waitFor();
  });
});

test('errors can be searched and linked to', async () => {
  await visit(browser, `${server.url}/errors#WRONG_SAMPLE_COUNT`, {}, async (page) => {
    expect(await page.locator('#WRONG_SAMPLE_COUNT').isVisible()).toBe(true);
    await page.getByLabel('Find a reason').fill('413');
    await page.locator('#TOO_MANY_INSTANCES').waitFor();
    expect(await page.locator('#WRONG_SAMPLE_COUNT').isVisible()).toBe(false);
    await expectAccessible(page);
    await keepScreenshot(page, 'errors');
  });
});
