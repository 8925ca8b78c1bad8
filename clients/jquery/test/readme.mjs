// Owns the proof that what the README shows works as it stands there, and the example page, against the server and token that
// are the arguments.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBrowserPage } from '../driver/browser-page.mjs';

const [server, token] = argv.slice(2);
const fixture = (name) => fileURLToPath(new URL(`../../../fixtures/hear/${name}`, import.meta.url));
const SOUNDS = ['cough-like-16khz-s16.wav', 'refused-not-audio.wav', 'tone-4khz-u8.wav'].map(fixture);

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jquery-readme-'));
});
after(() => rm(folder, { recursive: true }));

/** Opens a page, closes it after the test, and lets it have complained of nothing. */
async function opened(path, files, use) {
  const { page, complaints, close } = await openBrowserPage(path, { files });
  try {
    await use(page);
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
}

test("the README's page shows the numbers of chosen files", async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const files = new Map();
  for (const [, name, code] of readme.matchAll(/<!-- test: (\S+) -->\s*```\w+\n([\s\S]*?)```/g)) {
    await writeFile(join(folder, name), code.replace('http://127.0.0.1:8080', server).replace("'TOKEN'", `'${token}'`));
    files.set(`/${name}`, join(folder, name));
  }
  assert.deepEqual([...files.keys()], ['/page.html', '/page.js']);
  await opened('page.html', files, async (page) => {
    await page.setInputFiles('#files', SOUNDS);
    await page.waitForFunction(() => document.querySelector('#out').textContent.split('\n').length > 4);
    const lines = (await page.textContent('#out')).trim().split('\n');
    assert.match(lines[0], /untrained/);
    assert.match(lines[1], /^512 numbers, the first -?\d/);
    assert.equal(lines[2], 'INVALID_AUDIO');
    assert.match(lines[3], /^512 numbers/);
  });
});

test('the example page shows results, errors of sounds and errors of calls', async () => {
  await opened('index.html', undefined, async (page) => {
    await page.fill('#server', server);
    await page.fill('#token', 'a-wrong-token-0123456789');
    await page.setInputFiles('#files', SOUNDS);
    await page.click('#send');
    await page.waitForFunction(() => document.querySelector('#status').textContent.includes('INVALID_TOKEN'));

    await page.fill('#token', token);
    await page.click('#send');
    await page.waitForSelector('#results:not([hidden])');
    const rows = await page.locator('#results tbody tr').allTextContents();
    assert.equal(rows.length, 3);
    assert.match(rows[0], /^cough-like-16khz-s16\.wav512 numbers: -?\d/);
    assert.match(rows[1], /^refused-not-audio\.wavINVALID_AUDIO: Expected/);
    assert.match(await page.textContent('#status'), /untrained/);

    await page.selectOption('#algorithm', { index: 1 });
    await page.click('#send');
    await page.waitForFunction(() => /cough \d\.\d\d, snore/.test(document.querySelector('#results').textContent));
  });
});

test('the example page gives a call up', async () => {
  await opened('index.html', undefined, async (page) => {
    // A server that never answers.
    await page.route(`${server}/**`, () => {});
    await page.fill('#server', server);
    await page.setInputFiles('#files', SOUNDS);
    await page.click('#send');
    await page.click('#cancel');
    await page.waitForFunction(() => document.querySelector('#status').textContent === 'The call was cancelled.');
    assert.equal(await page.isEnabled('#send'), true);
  });
});
