// Owns the tokens of a file while the server runs: read at the start, read again when the file changes. A file that cannot be
// read leaves the tokens as they were. Must not know calls.
import { open } from 'node:fs/promises';
import type { Logger } from '../observe/log.ts';
import { parseTokenFile, TokenFileError } from './token-record.ts';
import { TokenSet } from './token-set.ts';

/** A change is looked for this often: file notifications miss swapped symlinks, network folders and mounted secrets. */
const POLL_MS = 1_000;
/** Writing for the group or for all: whoever can write the file can give itself a token. */
const WRITABLE_BY_OTHERS = 0o022;

export interface WatchedTokens {
  readonly current: TokenSet;
  close(): void;
}

/** Reads `path` and goes on watching it. Throws TokenFileError when it cannot be read now. */
export async function watchTokenFile(path: string, log: Logger, pollMs = POLL_MS): Promise<WatchedTokens> {
  // Without a known stamp there always is something to read.
  let { stamp, set } = (await readTokens(path, log)) as FoundTokens;
  if (set.size === 0) log.warn('the token file holds no token yet; create one with npm run token -- create NAME');
  let lastProblem: string | undefined;
  let reading = false;

  const look = async (): Promise<void> => {
    try {
      const found = await readTokens(path, log, stamp);
      lastProblem = undefined;
      if (found === undefined) return;
      ({ stamp, set } = found);
      log.info({ tokens: set.size }, 'the token file has changed and was read again');
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      // A file that stays broken is worth one line, not one in every second.
      if (problem === lastProblem) return;
      lastProblem = problem;
      log.error({ problem }, 'the token file has changed and cannot be read; the tokens stay as they were');
    }
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    void look().finally(() => {
      reading = false;
    });
  }, pollMs);
  timer.unref();
  return {
    get current() {
      return set;
    },
    close: () => clearInterval(timer),
  };
}

interface FoundTokens {
  /** Differs when the file does: another file under the name, another size, another time of a change. */
  readonly stamp: string;
  readonly set: TokenSet;
}

/** Reads the file; undefined when it still has the `known` stamp. */
async function readTokens(path: string, log: Logger, known?: string): Promise<FoundTokens | undefined> {
  try {
    await using file = await open(path, 'r');
    // Of the opened file and before its content: whatever is written from here on changes the stamp and is seen next time.
    const { dev, ino, size, mtimeNs, ctimeNs, mode } = await file.stat({ bigint: true });
    const stamp = [dev, ino, size, mtimeNs, ctimeNs].join(':');
    if (stamp === known) return undefined;
    const set = new TokenSet(parseTokenFile(await file.readFile('utf8')));
    if ((Number(mode) & WRITABLE_BY_OTHERS) !== 0)
      log.warn('others than its owner can write the token file, and so give themselves tokens; chmod 600 it');
    return { stamp, set };
  } catch (error) {
    if (error instanceof TokenFileError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown failure';
    throw new TokenFileError(
      code === 'ENOENT'
        ? 'there is no such file; make it with npm run token -- create NAME --file FILE'
        : `the token file cannot be read (${code}); check its path and its permissions`,
    );
  }
}
