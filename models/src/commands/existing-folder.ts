// Owns the check that a file's folder exists before any work is done for it.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** @throws Error that names the option when the folder of `path` is missing. */
export function demandFolderOf(option: string, path: string): void {
  if (!existsSync(dirname(path))) {
    throw new Error(`${option}: expected a file in a folder that exists, got ${path}. Make the folder first.`);
  }
}
