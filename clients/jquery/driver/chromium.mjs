// Owns finding the Chromium of this machine. Run by itself it says whether there is one: the toolchain check of this client.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { argv, env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MAC = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Its path: what CHROMIUM says, else the first of the usual names in the PATH. @throws Error that says what to install */
export function chromiumPath() {
  if (env.CHROMIUM) return env.CHROMIUM;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...MAC].find(isExecutable);
  if (found === undefined) {
    throw new Error('Expected Chromium. Install it (Debian: apt-get install chromium) or set CHROMIUM to its path.');
  }
  return found;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    accessSync(chromiumPath(), constants.X_OK);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    exit(1);
  }
}
