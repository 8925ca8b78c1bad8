// Owns `npm run screenshots`: the pictures that the README shows, taken of the real pages with the development models. A person runs it
// when a page has changed: browsers of two versions draw differently, and times differ from run to run.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeClip } from '@predict-schemata/audio';
import type { Locator, Page } from 'playwright-core';
import { repositoryRoot } from '../../contract-tests/src/repository-root.ts';
import { startReadyServer } from '../../contract-tests/src/server-process.ts';
import { wavBytes } from '../../fixtures/scripts/wav-bytes.ts';
import { ensureBuilt } from '../../scripts/ensure-built.ts';
import { openBrowser } from './support/chromium.ts';
import { giveToken, send } from './support/demo-page.ts';

const FOLDER = join(repositoryRoot, 'docs', 'images');
const TOKEN = 'a-token-for-the-pictures';
/** Wide enough for two columns; small enough to be read in a README. */
const VIEWPORT = { width: 1080, height: 860 };

const ROOM_PX = 12;

const CLIP = { sampleRateHz: 16_000, sampleCount: 32_000, minSampleRateHz: 4_000, maxSampleRateHz: 192_000 };

/** A recording of several sounds, and the sounds by themselves. */
async function sounds(): Promise<{ name: string; mimeType: string; buffer: Buffer }[]> {
  const files = {
    'cough.wav': 'cough-like-16khz-s16.wav',
    'breath.wav': 'breath-like-8khz-s16.wav',
    'speech.wav': 'speech-16khz-s16.wav',
    'another-voice.wav': 'speech-swahili-8khz-s16.wav',
  };
  const read = await Promise.all(
    Object.entries(files).map(async ([name, file]) => ({
      name,
      mimeType: 'audio/wav',
      buffer: await readFile(join(repositoryRoot, 'fixtures', 'hear', file)),
    })),
  );
  const samples = read.flatMap(({ buffer }) => [...decodeClip(buffer, CLIP)]);
  const all = Buffer.from(wavBytes({ samples, sampleRateHz: CLIP.sampleRateHz, storedAs: 's16' }));
  return [{ name: 'morning.wav', mimeType: 'audio/wav', buffer: all }, ...read];
}

interface Picture {
  readonly path: string;
  /** What a person does before it is taken. */
  prepare(page: Page): Promise<void>;
  /** What it shows: these parts of the page and what lies between them. */
  parts(page: Page): readonly Locator[];
}

/** By file name, in the order in which they are taken. */
const PICTURES: Readonly<Record<string, Picture>> = {
  'demo-sounds': {
    path: '/demo/hear',
    prepare: async (page) => {
      await putSounds(page);
      await page.getByRole('button', { name: /^Cover the recording/ }).click();
      await send(page);
    },
    parts: (page) => [page.locator('.sounds'), page.locator('.editor')],
  },
  'demo-results': {
    path: '/demo/hear',
    prepare: async (page) => {
      await putSounds(page);
      await send(page);
    },
    parts: (page) => [card(page, 'How alike they are'), card(page, 'Map')],
  },
  // The last one: it shows the calls of the others.
  status: {
    path: '/',
    prepare: (page) => page.getByText('Where the time of a call goes').first().waitFor(),
    parts: (page) => [page.getByRole('heading', { level: 1 }), page.locator('.card').first()],
  },
};

function card(page: Page, title: string): Locator {
  return page.locator('.card').filter({ has: page.getByRole('heading', { name: title }) });
}

/** The rectangle around parts of a page, with room around them. */
async function around(parts: readonly Locator[]): Promise<{ x: number; y: number; width: number; height: number }> {
  const boxes = await Promise.all(parts.map((part) => part.boundingBox()));
  const edges = boxes.map((box) => {
    if (box === null) throw new Error('A part of a picture cannot be seen.');
    return { left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
  });
  const x = Math.min(...edges.map(({ left }) => left)) - ROOM_PX;
  const y = Math.min(...edges.map(({ top }) => top)) - ROOM_PX;
  const width = Math.max(...edges.map(({ right }) => right)) + ROOM_PX - x;
  const height = Math.max(...edges.map(({ bottom }) => bottom)) + ROOM_PX - y;
  return { x, y, width, height };
}

async function putSounds(page: Page): Promise<void> {
  await giveToken(page, TOKEN);
  await page.getByText('Token: accepted').waitFor();
  await page.locator('input[type=file]').setInputFiles(await sounds());
  await page.getByText('5 sounds read.').waitFor();
}

await ensureBuilt();
await mkdir(FOLDER, { recursive: true });
await using server = await startReadyServer({ env: { TOKEN, ALGORITHMS: 'hear,hear-events' } });
const browser = await openBrowser();
try {
  for (const [name, { path, prepare, parts }] of Object.entries(PICTURES)) {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(server.url + path);
    await prepare(page);
    // Places are told from the top of the window, pictures from that of the page.
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true, clip: await around(parts(page)) });
    await page.close();
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
}
