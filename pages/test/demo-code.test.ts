// Owns the proof that the code which the demo page shows does what the page did: the text is taken from the page, the sounds from its
// ZIP file, and both are run as they are. Where a client is installed is all that a test must say.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestPython } from '../../contract-tests/src/python-environment.ts';
import { repositoryRoot } from '../../contract-tests/src/repository-root.ts';
import { type ServerProcess, startReadyServer } from '../../contract-tests/src/server-process.ts';
import { openBrowser } from './support/chromium.ts';
import { choose, download, giveToken, send, shownNumbers } from './support/demo-page.ts';
import { visit } from './support/visit.ts';

const TOKEN = 'a-token-for-the-pages';
/** An environment is installed once, and this machine may be busy. */
const INSTALL_LIMIT_MS = 400_000;

let browser: Browser;
let server: ServerProcess;
let folder: string;
/** What the page showed: its code by title, and the numbers of each window. */
const code = new Map<string, string>();
const numbers: Float32Array[] = [];

beforeAll(async () => {
  [browser, server, folder] = await Promise.all([
    openBrowser(),
    startReadyServer({ env: { TOKEN } }),
    mkdtemp(join(tmpdir(), 'demo-code-')),
  ]);
  await visit(browser, `${server.url}/demo/hear`, {}, async (page) => {
    await giveToken(page, TOKEN);
    // One that stays 16-bit, and one whose window is sent as 32-bit floats.
    await choose(page, ['cough-like-16khz-s16.wav', 'chirp-48khz-u8.wav']);
    await send(page);
    for (const index of [0, 1]) numbers.push(await shownNumbers(page, index));
    for (const title of ['curl', 'Python', 'TypeScript']) {
      await page.getByRole('tab', { name: title }).click();
      code.set(title, (await page.getByRole('region', { name: `${title} code` }).textContent()) ?? '');
    }
    const { bytes } = await download(page, 'Sound files (ZIP)');
    for (const [name, sound] of Object.entries(unzipSync(new Uint8Array(bytes)))) {
      await writeFile(join(folder, name), sound);
    }
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], TOKEN, ...env },
    maxBuffer: 10_000_000,
  });
  return stdout;
}

test('curl', async () => {
  const answer = JSON.parse(await run('sh', ['-euc', code.get('curl') ?? '']));
  expect(answer.predictions.map(({ embedding }: { embedding: number[] }) => Float32Array.from(embedding))).toEqual(
    numbers,
  );
});

test('TypeScript', async () => {
  const source = (file: string): string => pathToFileURL(join(repositoryRoot, 'clients/typescript/src', file)).href;
  const text = (code.get('TypeScript') ?? '')
    .replace("'predict-schemata-client'", `'${source('index.ts')}'`)
    .replace("'predict-schemata-client/node'", `'${source('node.ts')}'`);
  await writeFile(join(folder, 'code.mts'), text);
  const printed = await run(process.execPath, ['code.mts']);
  expect(printed).toMatch(/^HeAR development model \(untrained\)\n/);
  const rows = [...printed.matchAll(/Float32Array\(512\) \[([^\]]*?)\.\.\. 412 more items/g)];
  const begins = rows.map(([, row = '']) => row.split(',').slice(0, 100).map(Number));
  expect(begins).toEqual(numbers.map((row) => [...row.slice(0, 100)]));
});

test('Python', { timeout: INSTALL_LIMIT_MS }, async () => {
  const requirements = join(repositoryRoot, 'pages/test/demo-code-requirements.txt');
  const python = await ensureTestPython('demo-code', requirements, console.error);
  const client = join(repositoryRoot, 'clients/python');
  await cp(join(client, 'src/predict_schemata'), join(folder, 'predict_schemata'), { recursive: true });
  await cp(join(client, 'generated'), join(folder, 'predict_schemata/generated'), { recursive: true });
  const exact = 'import json; print(json.dumps(answer.values.tolist()))';
  const [words, values] = (await run(python, ['-c', `${code.get('Python')}\n${exact}`])).trim().split('\n');
  expect(words).toBe('HeAR development model (untrained) (2, 512) float32');
  expect(JSON.parse(values ?? '[]').map((row: number[]) => Float32Array.from(row))).toEqual(numbers);
});
