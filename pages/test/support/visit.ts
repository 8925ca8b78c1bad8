// Owns a visit to a page as a test makes it: whatever the browser complains of fails it, a breach of the Content-Security-Policy, an
// error in the console and an unhandled rejection alike. Must not know a page.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { repositoryRoot } from '../../../contract-tests/src/repository-root.ts';

/** Where pictures of the pages go; not in git. */
export const SCREENSHOTS = join(repositoryRoot, 'build', 'screenshots');

/** As long as a busy machine may take for one step. */
const STEP_LIMIT_MS = 15_000;

/** As long as one visit may take there, for a suite's `testTimeout`: a limit that only a hang reaches. */
export const VISIT_LIMIT_MS = 180_000;

/** Sizes in CSS pixels. */
export const NARROW = { width: 360, height: 740 };
export const WIDE = { width: 1280, height: 900 };

export interface VisitOptions extends Pick<BrowserContextOptions, 'colorScheme' | 'permissions' | 'storageState'> {
  /** `WIDE` by default. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Complaints that belong to the test, for example of an answer with 401. */
  readonly expected?: readonly RegExp[];
}

/** Opens a page in a context of its own, hands it to `body`, and fails when the browser complained of anything meanwhile. */
export async function visit(
  browser: Browser,
  url: string,
  { expected = [], ...options }: VisitOptions,
  body: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: WIDE, acceptDownloads: true, ...options });
  context.setDefaultTimeout(STEP_LIMIT_MS);
  const complaints: string[] = [];
  const complain = (text: string): void => {
    if (!expected.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  try {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complain(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => complain(String(error)));
    await page.goto(url);
    await body(page, context);
    expect(complaints, 'what the browser complained of').toEqual([]);
  } finally {
    await context.close();
  }
}

/** Fails with what axe-core finds, from `serious` up. `exclude` are CSS selectors of what is somebody else's. */
export async function expectAccessible(page: Page, exclude: readonly string[] = []): Promise<void> {
  // Scripts of the test run beside the page's policy.
  const axe = exclude.reduce((builder, selector) => builder.exclude(selector), new AxeBuilder({ page }));
  const { violations } = await axe.analyze();
  const weighty = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  expect(weighty, 'what axe-core found').toEqual([]);
}

/** Fails when the page is wider than the window, so that a person would have to scroll sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content, 'width of the content').toBeLessThanOrEqual(window ?? 0);
}

/** Keeps a picture of the whole page under this name. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
