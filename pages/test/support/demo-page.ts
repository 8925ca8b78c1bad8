// Owns what a person does on the demo page, step by step, as tests do it: by the names that are on the page.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from 'playwright-core';
import { repositoryRoot } from '../../../contract-tests/src/repository-root.ts';

const FIXTURES = join(repositoryRoot, 'fixtures', 'hear');

export const fixture = (name: string): string => join(FIXTURES, name);

export async function giveToken(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.getByRole('button', { name: 'Use', exact: true }).last().click();
}

/** Chooses sounds of fixtures/ and waits until all are read. */
export async function choose(page: Page, names: readonly string[]): Promise<void> {
  const before = await page.locator('.recordings > li').count();
  await page.locator('input[type=file]').setInputFiles(names.map(fixture));
  await page
    .locator('.recordings > li')
    .nth(before + names.length - 1)
    .waitFor();
}

/** Presses the button that sends, and waits until every window is answered. */
export async function send(page: Page): Promise<void> {
  await page.locator('button.send').click();
  await page.getByText('All windows are sent').waitFor();
}

/** The numbers that the page shows for a result, counted from 0. */
export async function shownNumbers(page: Page, index: number): Promise<Float32Array> {
  const result = page.locator('.result-list > li').nth(index);
  const numbers = result.locator('.numbers');
  if (!(await numbers.isVisible())) await result.locator('summary').click();
  await numbers.filter({ hasText: ',' }).waitFor();
  return Float32Array.from((await numbers.textContent())?.split(', ') ?? [], Number);
}

/** Presses a button that gives a file; the bytes of it. */
export async function download(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [given] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { name: given.suggestedFilename(), bytes: await bytesOf(given) };
}

export async function bytesOf(given: Download): Promise<Buffer> {
  return readFile(await given.path());
}

/** What the server itself says of a file: the result of its own answer, as 32-bit floats. */
export async function serverNumbers(endpoint: string, token: string, file: Uint8Array): Promise<Float32Array> {
  const answer = await fetch(`${endpoint}:predict`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ instances: [{ input_bytes: Buffer.from(file).toString('base64') }] }),
  });
  // The contract's own form; another one shows in the comparison.
  const { predictions } = (await answer.json()) as { predictions: { embedding?: number[] }[] };
  return Float32Array.from(predictions[0]?.embedding ?? []);
}
