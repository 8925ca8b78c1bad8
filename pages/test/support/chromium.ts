// Owns the browser of the tests: Chromium as the machine has it, driven through playwright-core, which brings none of its own.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const ON_MACOS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The program: CHROMIUM, or one of the usual names in the PATH. Throws with what to install when there is none. */
export function chromiumPath(): string {
  const { CHROMIUM: given, PATH = '' } = process.env;
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new Error('CHROMIUM names no file. Expected the path of Chromium or Chrome.');
  }
  const candidates = [
    ...PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
    ...ON_MACOS,
  ];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'The tests of the web pages need Chromium, and there is none. Install it (Debian: apt-get install chromium), or set CHROMIUM to the path of Chromium or Chrome.',
  );
}

/** Starts a browser; the caller closes it. `args` are further switches of Chromium. */
export function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: chromiumPath(),
    // Chromium refuses its sandbox to root, and containers often have no room in /dev/shm.
    args: [...(isRoot ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', '--disable-gpu', ...args],
  });
}
