// Owns how long the local copies of models in Cloud Storage stay: those in use, and the few that were used last, so that going
// back to the model before needs no download. Must not know where copies come from.
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { isRunning } from '@predict-schemata/processes/is-running';

/** Copies that nobody uses and that stay all the same. */
const KEPT_UNUSED = 2;
/** A download that was cut off by the end of its process leaves its folder; none takes this long. */
const PARTIAL_AGE_MS = 24 * 3_600_000;
/** Whether the process of another machine that shares the folder still lives cannot be seen; after this long it counts as gone. */
const FOREIGN_MARK_AGE_MS = 7 * 24 * 3_600_000;

const COPY = /^[0-9a-f]{32}$/;
const PARTIAL = /^[0-9a-f]{32}\.partial-/;
const MARK = /^([0-9a-f]{32})\.in-use-(\d+)-(\d+)-(.*)$/;

/** This machine's name as it may stand in a file's name. */
const HOST = hostname().replaceAll(/[^A-Za-z0-9._-]/g, '_');
let marks = 0;

/** The copy may go once nobody uses it. Removes what is beyond the kept ones. */
export type ReleaseCopy = () => Promise<void>;

/** Moves a copy to the front of those that were used last. A folder that may not be written to loses no copies either. */
export async function touchCopy(copy: string): Promise<void> {
  const now = new Date();
  await utimes(copy, now, now).catch(() => {});
}

/**
 * Keeps the copy that holds a model from being removed, by any process, until it is released. A model that is no copy in
 * `cacheDir` is the user's own and is never touched.
 */
export async function holdCopy(modelPath: string, cacheDir: string): Promise<ReleaseCopy> {
  const copy = dirname(resolve(modelPath));
  if (dirname(copy) !== resolve(cacheDir) || !COPY.test(basename(copy))) return async () => {};
  marks += 1;
  const mark = `${copy}.in-use-${process.pid}-${marks}-${HOST}`;
  const marked = await writeFile(mark, '').then(
    () => true,
    () => false,
  );
  // Where no mark can be made nothing can be removed.
  if (!marked) return async () => {};
  await tidy(cacheDir);
  return async () => {
    await rm(mark, { force: true }).catch(() => {});
    await tidy(cacheDir);
  };
}

/** Tidies up as far as it can: a folder that was removed, or that may only be read, keeps no server from starting or ending. */
async function tidy(cacheDir: string): Promise<void> {
  await removeOldCopies(cacheDir).catch(() => {});
}

/** Removes the copies that are neither in use nor among those used last, and what ended processes left. */
async function removeOldCopies(cacheDir: string): Promise<void> {
  const names = await readdir(cacheDir);
  const ages = new Map(
    await Promise.all(names.map(async (name) => [name, await ageMs(join(cacheDir, name))] as const)),
  );
  const age = (name: string) => ages.get(name) ?? 0;
  const used = new Set<string>();
  const old: string[] = [];
  for (const name of names) {
    const mark = MARK.exec(name);
    if (mark === null) {
      if (PARTIAL.test(name) && age(name) > PARTIAL_AGE_MS) old.push(name);
      continue;
    }
    const [, copy = '', pid, , host] = mark;
    const alive = host === HOST ? isRunning(Number(pid)) : age(name) < FOREIGN_MARK_AGE_MS;
    if (alive) used.add(copy);
    else old.push(name);
  }
  const unused = names.filter((name) => COPY.test(name) && !used.has(name)).sort((a, b) => age(a) - age(b));
  await Promise.all(
    [...old, ...unused.slice(KEPT_UNUSED)].map((name) => rm(join(cacheDir, name), { recursive: true, force: true })),
  );
}

/** Since the last change; 0 for what has gone meanwhile. */
async function ageMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
}
