// Owns the token that is made when the operator gives none: kept in a file that only its owner can read, so that it stays the
// same over restarts. Must not print it.
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bits of a fresh token: out of reach of guessing at any request rate. */
const TOKEN_BYTES = 32;

/** A fresh token: 43 characters that need no quoting anywhere. */
export function makeToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/**
 * The token in `path`, made there with mode 0600 when the file is absent. On a read-only file system the token is made for this
 * process alone; `kept` then is false.
 */
export async function readOrMakeToken(path: string): Promise<{ token: string; kept: boolean }> {
  const token = makeToken();
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, `${token}\n`, { flag: 'wx', mode: 0o600 });
    // A link fails when the name exists and is never half written: two servers that start together agree on the first one's.
    await link(temporary, path);
    return { token, kept: true };
  } catch (error) {
    if (isCode(error, 'EEXIST')) return { token: (await readFile(path, 'utf8')).trim(), kept: true };
    if (isCode(error, 'EROFS') || isCode(error, 'EACCES') || isCode(error, 'EPERM')) return { token, kept: false };
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
