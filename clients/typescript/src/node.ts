// Owns what needs Node: sounds from files, and tokens from the gcloud command line. Browsers load all but this file.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LazyFile } from './sound.ts';
import type { TokenProvider } from './token-gate.ts';

/** A WAV file that is read when it is sent. */
export function soundFile(path: string): LazyFile {
  return { read: () => readFile(path) };
}

/** The WAV files of a folder, sorted by name. */
export async function soundFiles(folder: string): Promise<{ readonly name: string; readonly sound: LazyFile }[]> {
  const names = (await readdir(folder)).filter((name) => /\.wave?$/i.test(name)).sort();
  return names.map((name) => ({ name, sound: soundFile(join(folder, name)) }));
}

/** Google's access tokens live for an hour; half of that leaves time for what is under way. */
const LIFETIME_MS = 1_800_000;

/** Tokens of `gcloud auth print-access-token`, kept for half an hour. @param command another program that prints a token */
export function gcloudToken(command: readonly string[] = ['gcloud', 'auth', 'print-access-token']): TokenProvider {
  let kept: { readonly token: string; readonly untilMs: number } | undefined;
  return async ({ refused }) => {
    if (kept === undefined || kept.token === refused || Date.now() >= kept.untilMs) {
      const [program = '', ...args] = command;
      const { stdout } = await promisify(execFile)(program, args);
      kept = { token: stdout.trim(), untilMs: Date.now() + LIFETIME_MS };
    }
    return kept.token;
  };
}
