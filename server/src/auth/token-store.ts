// Owns changing a token file: one writer at a time, the old content or the new and never half of it, readable by its owner
// alone. Must not know commands, servers or tokens.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatTokenFile, parseTokenFile, TokenFileError, type TokenRecord } from './token-record.ts';

/** A change takes milliseconds: whoever holds the lock for longer was killed. */
const LOCK_WAIT_MS = 5_000;
const LOCK_RETRY_MS = 20;

/** The tokens in `path`; none when there is no such file. Throws TokenFileError, or the file system's error. */
export async function readTokenFile(path: string): Promise<TokenRecord[]> {
  try {
    return parseTokenFile(await readFile(path, 'utf8'));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/**
 * Replaces the tokens in `path` by what `change` makes of them. A second change waits for the first. Throws what `change` throws,
 * and then the file is as it was.
 */
export async function changeTokenFile(
  path: string,
  change: (tokens: readonly TokenRecord[]) => readonly TokenRecord[],
  lockWaitMs = LOCK_WAIT_MS,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // A link stays a link: what it leads to is replaced.
  const target = await realpath(path).catch(() => path);
  await using _lock = await takeLock(`${target}.lock`, lockWaitMs);
  await replaceFile(target, formatTokenFile(change(await readTokenFile(target))));
}

/** The content is on the disk before it gets its name, so that a crash leaves the old file or the new one. */
async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    {
      await using file = await open(temporary, 'wx', 0o600);
      await file.writeFile(content);
      await file.sync();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Makes the file `path`, which nobody else can while it is there. A lock that its owner left behind is not broken: two waiters that
 * both found it old would then both go on.
 */
async function takeLock(path: string, waitMs: number): Promise<AsyncDisposable> {
  const limit = AbortSignal.timeout(waitMs);
  for (;;) {
    try {
      await (await open(path, 'wx', 0o600)).close();
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
      if (limit.aborted) {
        throw new TokenFileError(
          `another command is changing the tokens; if none is running, one was killed: delete ${path}`,
        );
      }
      await delay(LOCK_RETRY_MS);
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
