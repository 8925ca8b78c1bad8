// Owns the built pages on disk: built when missing or when their sources have changed, else left alone, so that a second start
// costs nothing. Must not know what a page shows.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import config from '../vite.config.ts';
import standalone from '../vite.standalone.config.ts';
import { BUILT, PAGES, STANDALONE } from './places.ts';

/** What a build depends on, relative to pages/. The lock file stands for the versions of all that is built in. */
const SOURCES = [
  'src',
  'vite.config.ts',
  'vite.standalone.config.ts',
  '../audio/src',
  '../floats/src',
  '../clients/jquery/generated',
  '../generated/client-view/facts.json',
  '../pnpm-lock.yaml',
];

/** Builds the pages unless they are there and current. Gives whether it did. Throws what Vite throws. */
export async function ensurePages(): Promise<boolean> {
  const stamp = await hashSources();
  const folder = join(BUILT, '..');
  if ((await readlink(BUILT).catch(() => undefined)) === stamp) return false;
  await mkdir(folder, { recursive: true });
  // Another start may build the same at the same time: each builds for itself, and the last change of the link counts.
  const own = join(folder, `${stamp}.${process.pid}`);
  await build({ ...config, configFile: false, logLevel: 'warn', build: { ...config.build, outDir: own } });
  const single = `${own}.single`;
  await build({ ...standalone, configFile: false, logLevel: 'warn', build: { ...standalone.build, outDir: single } });
  await rename(join(single, STANDALONE.source), join(own, STANDALONE.built));
  await rm(single, { recursive: true });
  await rename(own, join(folder, stamp)).catch(() => rm(own, { recursive: true }));
  await symlink(stamp, `${own}.link`);
  await rename(`${own}.link`, BUILT);
  // A server that runs has the files of its build in memory.
  for (const name of await readdir(folder)) {
    if (/^[0-9a-f]{16}$/.test(name) && name !== stamp) await rm(join(folder, name), { recursive: true, force: true });
  }
  return true;
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  const pages = (await readdir(PAGES)).filter((file) => file.endsWith('.html'));
  for (const source of [...SOURCES, ...pages]) {
    for (const file of await filesOf(join(PAGES, source))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The file itself, or all files of a folder in the order of their names, tests aside. */
async function filesOf(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    // Node's errors of the file system carry a code.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

if (import.meta.main) {
  const built = await ensurePages();
  if (!process.argv.includes('--quiet')) console.error(built ? 'Built the pages.' : 'The pages are current.');
}
