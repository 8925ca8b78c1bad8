// Owns the proof that the demo page does with sounds what it says, in a real browser against the real server.
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockProcess, startMock } from '../../contract-tests/src/mock-process.ts';
import { type ServerProcess, startReadyServer } from '../../contract-tests/src/server-process.ts';
import { openBrowser } from './support/chromium.ts';
import { choose, download, fixture, giveToken, send, serverNumbers, shownNumbers } from './support/demo-page.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  keepScreenshot,
  NARROW,
  type VisitOptions,
  visit,
} from './support/visit.ts';

const TOKEN = 'a-token-for-the-pages';
const ENDPOINT = '/v1/projects/demo/locations/us-central1/endpoints/hear';

let browser: Browser;
let server: ServerProcess;
let mock: MockProcess;
beforeAll(async () => {
  // The microphone hears a fixture, again and again.
  const microphone = [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${fixture('speech-16khz-s16.wav')}`,
  ];
  [browser, server, mock] = await Promise.all([
    openBrowser(microphone),
    startReadyServer({ env: { TOKEN, ALGORITHMS: 'hear,hear-events' } }),
    startMock(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.[Symbol.asyncDispose](), mock?.[Symbol.asyncDispose]()]);
});

/** Opens the demo with a token, which is then accepted. */
function demo(algorithm: string, options: VisitOptions, body: (page: Page) => Promise<void>): Promise<void> {
  return visit(browser, `${server.url}/demo/${algorithm}`, options, async (page) => {
    await giveToken(page, TOKEN);
    await page.getByText('Token: accepted').waitFor();
    await body(page);
  });
}

describe('a file', () => {
  test.each([
    'cough-like-16khz-s16.wav',
    'noise-bursts-16khz-u8.wav',
    'tone-44100hz-u8-88199-frames.wav',
    'chirp-4khz-f64.wav',
  ])('%s has the server’s own embedding of it, bit by bit', async (name) => {
    await demo('hear', {}, async (page) => {
      await choose(page, [name]);
      await send(page);
      const own = await serverNumbers(server.url + ENDPOINT, TOKEN, await readFile(fixture(name)));
      expect(own).toHaveLength(512);
      expect(await shownNumbers(page, 0)).toEqual(own);
    });
  });

  test('of another kind is decoded by the browser', async () => {
    await demo('hear', {}, async (page) => {
      await choose(page, ['refused-flac.wav', 'refused-mu-law.wav']);
      await send(page);
      await page.getByText('2 results.').waitFor();
      expect(await shownNumbers(page, 1)).toHaveLength(512);
    });
  });

  test('that is no sound, or too short, says so and keeps no other from its result', async () => {
    await demo('hear', {}, async (page) => {
      await choose(page, [
        'refused-not-audio.wav',
        'refused-nan-f32.wav',
        'too-short-1s-4khz-u8.wav',
        'cough-like-16khz-s16.wav',
      ]);
      const items = page.locator('.recordings .detail');
      expect(await items.allTextContents()).toEqual([
        expect.stringMatching(/^It is not sound that this browser can decode/),
        expect.stringMatching(/^Expected finite samples/),
        'It is too short: 16000 samples (1 s), and 32000 (2 s) are needed.',
        '2 s · 1 window',
      ]);
      await page.getByText('1 sound read. 3 files cannot be used: the list says why.').waitFor();
      await send(page);
      expect(await items.last().textContent()).toBe('2 s · 1 window · done');
    });
  });

  test('that the server refuses has the server’s words, and its neighbour a result', async () => {
    await demo('hear', {}, async (page) => {
      await page.route('**/*:predict', async (route) => {
        const answer = await route.fetch();
        const body = (await answer.json()) as { predictions: unknown[] };
        body.predictions[0] = {
          error: { reason: 'INVALID_AUDIO', description: 'Expected another sound, got this one.' },
        };
        await route.fulfill({ response: answer, json: body });
      });
      await choose(page, ['cough-like-16khz-s16.wav', 'speech-16khz-s16.wav']);
      await send(page);
      await page.getByText('1 result, 1 window failed: the list says why.').waitFor();
      expect(await page.locator('.recordings .detail').allTextContents()).toEqual([
        '2 s · 1 window · Expected another sound, got this one.',
        '2 s · 1 window · done',
      ]);
      const { bytes } = await download(page, 'CSV');
      expect(bytes.toString().split('\r\n')[1]).toMatch(
        /^cough-like-16khz-s16.wav,0,2,INVALID_AUDIO,"Expected another/,
      );
    });
  });
});

test('the microphone is recorded, and has an embedding', async () => {
  await demo('hear', { permissions: ['microphone'] }, async (page) => {
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.waitForFunction(() => Number.parseFloat(document.querySelector('.clock')?.textContent ?? '') > 2.5);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('heading', { name: /^Recording 1/ }).waitFor();
    await send(page);
    const heard = await shownNumbers(page, 0);
    // Speech, not silence: what comes through the air and back is like the fixture itself.
    const own = await serverNumbers(server.url + ENDPOINT, TOKEN, await readFile(fixture('speech-16khz-s16.wav')));
    expect(cosine(heard, own)).toBeGreaterThan(0.9);
    await keepScreenshot(page, 'demo-microphone');
  });
});

test('20 clips at once, with cosines, a map, times and files', async () => {
  const names = ['cough-like-16khz-s16.wav', 'speech-16khz-s16.wav', 'breath-like-8khz-s16.wav', 'chirp-48khz-u8.wav'];
  await demo('hear', {}, async (page) => {
    for (let round = 0; round < 5; round++) await choose(page, names);
    await send(page);
    await page.getByText('20 results.').waitFor();
    await expect.poll(() => page.locator('.map circle').count()).toBe(20);
    const cells = await page.locator('.cosines tbody tr').nth(1).locator('td').allTextContents();
    const [cough, speech] = [await shownNumbers(page, 0), await shownNumbers(page, 1)];
    expect(cells.slice(0, 2)).toEqual([cosine(cough, speech).toFixed(2), '1.00']);
    expect(cells[5]).toBe('1.00');
    for (const stage of ['admit', 'parse', 'infer', 'respond'])
      await page.locator('.timing dt', { hasText: stage }).waitFor();

    const npy = await download(page, 'NumPy');
    expect(npy.name).toBe('hear.npy');
    const start = 10 + npy.bytes.readUInt16LE(8);
    expect(npy.bytes.subarray(10, start).toString()).toContain(
      "'descr': '<f4', 'fortran_order': False, 'shape': (20, 512)",
    );
    const rows = new Float32Array(new Uint8Array(npy.bytes.subarray(start)).buffer);
    expect(rows.slice(512, 1024)).toEqual(speech);

    const json = JSON.parse((await download(page, 'JSON')).bytes.toString());
    expect(json).toMatchObject({
      algorithm: 'hear',
      model: 'HeAR development model (untrained)',
      sampleRateHz: 16_000,
    });
    expect(Float32Array.from(json.clips[0].embedding)).toEqual(cough);

    const zip = unzipSync(new Uint8Array((await download(page, 'Sound files (ZIP)')).bytes));
    expect(Object.keys(zip)).toHaveLength(20);
    const sound = zip['cough-like-16khz-s16-0.000s.wav'];
    expect(await serverNumbers(server.url + ENDPOINT, TOKEN, sound ?? new Uint8Array())).toEqual(cough);
    await keepScreenshot(page, 'demo-20-clips');
  });
});

test('several windows of a long recording, moved by hand and by keys', async () => {
  await demo('hear', {}, async (page) => {
    await choose(page, ['too-long-3s-4khz-u8.wav']);
    await page.getByRole('button', { name: 'Cover the recording: 2 windows' }).click();
    const first = page.getByRole('slider', { name: 'Window 1 of too-long-3s-4khz-u8.wav' });
    const second = page.getByRole('slider', { name: 'Window 2 of too-long-3s-4khz-u8.wav' });
    expect(await second.getAttribute('aria-valuetext')).toBe('1.00 s to 3.00 s');
    await send(page);
    await first.press('ArrowRight');
    await first.press('Shift+ArrowRight');
    expect(await first.getAttribute('aria-valuetext')).toBe('0.11 s to 2.11 s');
    expect(await page.locator('button.send').textContent()).toBe('Embed 1 window');

    await second.scrollIntoViewIfNeeded();
    const box = await second.boundingBox();
    if (box === null) throw new Error('The window cannot be seen.');
    await page.mouse.move(box.x + box.width - 10, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 10 - box.width / 4, box.y + 40, { steps: 4 });
    await page.mouse.up();
    expect(await second.getAttribute('aria-valuetext')).toBe('0.50 s to 2.50 s');

    await page.getByLabel('Start of window 2 in seconds').fill('0.75');
    await page.keyboard.press('Enter');
    expect(await second.getAttribute('aria-valuetext')).toBe('0.75 s to 2.75 s');
    await send(page);
    expect(await page.locator('.result-list .label').allTextContents()).toEqual([
      '1 too-long-3s-4khz-u8.wav, 0.11 s to 2.11 s',
      '2 too-long-3s-4khz-u8.wav, 0.75 s to 2.75 s',
    ]);
    await second.press('Delete');
    expect(await page.locator('.result-list > li').count()).toBe(1);
  });
});

test('a sound is played and stopped, its window taken away and put back', async () => {
  await demo('hear', {}, async (page) => {
    await choose(page, ['cough-like-16khz-s16.wav']);
    await page.getByRole('button', { name: 'Play window 1' }).click();
    await page.getByRole('button', { name: 'Stop window 1' }).click();
    await page.getByRole('button', { name: 'Play window 1' }).waitFor();
    await page.getByRole('button', { name: 'Remove window 1' }).click();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Add a window');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Play window 1' }).waitFor();
  });
});

test('an algorithm whose numbers have names shows a bar for each', async () => {
  await demo('hear-events', {}, async (page) => {
    await choose(page, ['cough-like-16khz-s16.wav', 'speech-16khz-s16.wav']);
    await send(page);
    expect(await page.locator('.map').count()).toBe(0);
    const names = await page.locator('.result-list > li:first-child dt').allTextContents();
    expect(names).toEqual(['cough', 'snore', 'baby cough', 'breathe', 'sneeze', 'throat clear', 'laugh', 'speech']);
    const figures = (await page.locator('.result-list > li:first-child dd .figure').allTextContents()).map(Number);
    expect(figures.every((value) => value >= 0 && value <= 1)).toBe(true);
    const { bytes } = await download(page, 'CSV');
    expect(bytes.toString()).toContain(`,${names.join(',').replaceAll(' ', '_')}\r\n`);
    await expectAccessible(page);
    await keepScreenshot(page, 'demo-events');
  });
});

test.each([
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: NARROW }],
] as const)('%s: axe finds nothing serious, and nothing is cut off', async (name, options) => {
  await demo('hear', options, async (page) => {
    await expectAccessible(page);
    await choose(page, [
      'cough-like-16khz-s16.wav',
      'speech-16khz-s16.wav',
      'chirp-48khz-u8.wav',
      'refused-not-audio.wav',
    ]);
    await send(page);
    await page.locator('summary', { hasText: '512 numbers' }).first().click();
    expect(await page.locator('.notice').allTextContents()).toEqual([expect.stringContaining('untrained')]);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await keepScreenshot(page, `demo-${name}`);
  });
});

test('the mock has the page, too, and says that its numbers are made up', async () => {
  await visit(browser, `${mock.url}/demo`, {}, async (page) => {
    await page.getByText('This is the mock.').waitFor();
    await giveToken(page, 'a-token-for-the-mock');
    await choose(page, ['cough-like-16khz-s16.wav']);
    await send(page);
    expect(await shownNumbers(page, 0)).toHaveLength(512);
  });
});

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
