// Owns a lock between processes of one machine: a file with the id of its owner, which grows stale with its process.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isRunning } from './is-running.ts';

const RETRY_MS = 200;

/** Runs `work` in one process at a time, and in one place of a process. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await take(path))) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (owner > 0 && !isRunning(owner)) {
    // Renamed first, so that only one of those who see the stale lock removes it.
    const mine = `${path}.${process.pid}`;
    await rename(path, mine).then(
      () => rm(mine),
      () => {},
    );
  }
  return false;
}
